"""Reading roads."""
