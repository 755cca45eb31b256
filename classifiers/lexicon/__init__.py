"""Phrases that people maintain: what they look like in a file, and where they occur in a text."""
