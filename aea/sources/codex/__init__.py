"""Codex and the products that write its rollout format."""
