"""Writing roads."""
