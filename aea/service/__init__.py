"""Installs the daemon as a service of the user: one module per service manager."""
