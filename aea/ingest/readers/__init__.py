"""Readers: one per kind of storage. `registry` selects the reader of a source."""
