"""Sample data for `aea demo`: sessions and repositories in a temporary home directory."""
