"""What runs the models: the interface the page talks to, and the engine in this process."""
