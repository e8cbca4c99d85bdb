"""Whose sessions are collected here, and since when: what each commit is covered by."""
