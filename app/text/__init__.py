"""Every sentence the visitor reads, a file a subject. Knows no event and no widget."""
