"""Which session wrote which line of a commit: pure rules over line hashes."""
