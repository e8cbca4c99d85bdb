"""What happened in each session and commit: one row per thing and natural key."""
