"""DG5: what surrounds an environment when a job runs in it."""
