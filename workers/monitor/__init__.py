"""Watches from outside: how far each group is behind, whether it moves, and how long people have waited."""
