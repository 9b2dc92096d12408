"""DG2: what people declare."""
