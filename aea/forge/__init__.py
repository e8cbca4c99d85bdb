"""Clients for the web APIs of GitHub and GitLab. The only package that opens network connections."""
