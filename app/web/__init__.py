"""Routes beside the page: its files, its health, the race for programs."""
