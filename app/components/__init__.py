"""The browser components of the page."""
