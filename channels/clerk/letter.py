"""Parse of the channel `letter`."""

from channels.clerk.parse import identity_parts, reader

__all__ = ["identity_parts", "read"]

read = reader("letter")
