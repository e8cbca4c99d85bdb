"""Which commits belong to which branch."""
