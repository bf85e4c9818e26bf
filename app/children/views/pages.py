"""The blueprint that all pages of children share."""

from app.access import Pages

pages = Pages("children", "app.children")
