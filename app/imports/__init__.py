"""Spreadsheets in: read in a limited process, checked row by row, previewed, applied in one transaction.

An *import* is kept for ever with the hash of its file and its result. The same file twice changes nothing.
"""
