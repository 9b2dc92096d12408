"""Family DG6: what only running can tell."""
