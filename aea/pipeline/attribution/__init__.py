"""Which session wrote which line of a commit."""
