"""The database itself: connection, schema, migrations, definitions, lock."""
