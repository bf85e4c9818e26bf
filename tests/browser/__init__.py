"""Journeys in a real Chromium, as people walk them."""
