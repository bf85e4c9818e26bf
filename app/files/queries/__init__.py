"""Reading what belongs to the list itself, and what two files of one child say side by side."""

from app.files.queries.saved import list_saved_filters

__all__ = ["list_saved_filters"]
