"""DG9: what driftguard says of its own run."""
