"""Nightly shooting metrics for a basketball team."""
