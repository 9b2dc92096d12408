"""`python -m driftguard`."""

from driftguard.cli import entry

entry()
