"""Sample data for `aea demo`: sessions and repositories in a throw-away home."""
