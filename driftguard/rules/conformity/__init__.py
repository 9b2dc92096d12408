"""DG1: what is installed against what is locked."""
