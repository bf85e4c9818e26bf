"""Measurements that can be repeated: each compares the product with a bare baseline in the same run."""
