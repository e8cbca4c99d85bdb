"""When lines of sessions reached the mainline, and when it lost them."""
