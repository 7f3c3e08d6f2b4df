"""Many visitors and one device: who waits, what runs, and the views that come of it. Knows no widget."""
