"""The providers: one module each, pure but for finding files."""
