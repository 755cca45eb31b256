"""Everybody who complains in the long runs: persons with an address on every channel, and how they speak there."""
