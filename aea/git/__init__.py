"""Git repositories: discovery, history, diffs, hooks and the spool. Independent of sessions."""
