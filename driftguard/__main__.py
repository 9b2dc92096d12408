"""`python -m driftguard`."""

from driftguard.start import entry

entry()
