"""Writing visits."""
