"""The database: the only package that imports apsw, and the only place with SQL that writes."""
