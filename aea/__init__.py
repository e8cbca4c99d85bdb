"""aea: AI engineering analytics."""

__version__ = "0.2.0"
