"""Visits that need two at once or in sequence."""
