"""The blueprint that all pages of the file share."""

from app.access import Pages

pages = Pages("files", "app.files")
