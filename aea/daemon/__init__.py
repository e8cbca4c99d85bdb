"""The background collector: watches sources, reads what is new, and answers on a socket."""
