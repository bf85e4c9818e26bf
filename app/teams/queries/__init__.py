"""Reading teams."""
