"""Which branch each commit was made on, and the tasks it belongs to."""
