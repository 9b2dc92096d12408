"""What the staff opens in a browser: one page that needs nothing beside itself."""
