"""The kernel: small pure helpers that every part of the house may import."""
