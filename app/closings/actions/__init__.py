"""Closing a school, merging it, giving it to another unit; each one transaction."""
