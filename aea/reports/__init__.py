"""Reports: rows of views and SQL reports as text, JSON or CSV. No number is computed here."""
