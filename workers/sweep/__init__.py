"""Blobs that nothing refers to: found by reading every record that may name one."""
