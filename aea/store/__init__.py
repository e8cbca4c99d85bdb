"""The database: engine, writes, recovery."""
