"""Rules of what families are handed."""
