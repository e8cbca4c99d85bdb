"""Forges: GitHub and GitLab asked over their web interfaces. The only package that opens a network connection."""
