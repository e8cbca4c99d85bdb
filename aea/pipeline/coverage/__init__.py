"""Whose sessions are collected here, and since when?"""
