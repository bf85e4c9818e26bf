"""What is at a school, what is still under way there, and what forbids that it ends or changes."""
