"""What a visitor filled in, and the checked requests it stands for. Knows no model and no widget."""
