"""Claude Code and the products that write its transcript format."""
