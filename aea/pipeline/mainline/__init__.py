"""Which commits the mainline contains, and since when."""
