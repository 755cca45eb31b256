"""Damaged input without end, for a while, for everything that reads what others wrote: `python -m tests.fuzz`."""
