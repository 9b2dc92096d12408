"""Installed files against what was recorded of them."""
