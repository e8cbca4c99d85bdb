"""The collector that runs by itself: watches, reads what is new, answers on a socket."""
