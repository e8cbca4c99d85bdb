"""Reads sources and repositories into facts. Each step reads on from a cursor in one transaction."""
