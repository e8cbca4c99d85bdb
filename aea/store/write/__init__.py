"""The only writes to metadata, facts and cursors."""
