"""Snapshots of the database, and repair of a missing or damaged one."""
