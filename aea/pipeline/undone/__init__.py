"""Which lines a session added and removed again."""
