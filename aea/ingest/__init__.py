"""From sources to facts: one step reads on from a cursor and is one transaction."""
