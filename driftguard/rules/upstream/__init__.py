"""DG7: what the outside world says of the lock."""
