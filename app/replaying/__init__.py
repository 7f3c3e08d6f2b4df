"""Recordings shown again: the same values as live, on one time axis, in a page of their own."""
