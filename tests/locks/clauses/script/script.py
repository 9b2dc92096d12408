"""A script with its requirements (PEP 723) has a lock of its own."""
# /// script
# requires-python = ">=3.9"
# dependencies = ["alder", "dogwood[fast]"]
# ///
