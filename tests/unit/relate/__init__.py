"""Relate: who is linked with whom, and what a replay changes (nothing)."""
