"""Measurements: what the tests must not time."""
