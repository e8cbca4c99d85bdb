"""Event rows, refreshed from their definitions."""
