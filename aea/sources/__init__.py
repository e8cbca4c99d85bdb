"""Providers: their files and the parsers that turn bytes into records."""
