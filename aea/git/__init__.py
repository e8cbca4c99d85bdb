"""Repositories: found, walked, read; hooks and their spool. Knows nothing of sessions."""
