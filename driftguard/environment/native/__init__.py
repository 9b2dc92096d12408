"""What the native code of an environment says of itself, read from its files: nothing is loaded or run."""
