"""Answers: the questions people ask, put to the views. No number is computed here."""
