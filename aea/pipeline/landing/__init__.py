"""Which commits are on the mainline only as a copy: rewritten, cherry-picked, squashed."""
