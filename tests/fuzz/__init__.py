"""Bounded fuzz runs over the parsers: only typed errors come out, in bounded time."""
