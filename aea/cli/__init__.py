"""The command line: one file per command, each a few options and a call."""
