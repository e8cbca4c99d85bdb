"""Random histories of real repositories and sessions in which the author of every line is known."""
