"""From facts to derived tables and events: one list of stages, refreshed by key, rebuilt, checked."""
