"""Fit the tokens that a model family writes for the characters that logs show."""
