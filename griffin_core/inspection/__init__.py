"""A closer look: what pruning does to a prompt and its answers. Reads finished texts; races nothing but a sweep."""
