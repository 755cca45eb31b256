"""Parse of the channel `telephone`."""

from channels.clerk.parse import identity_parts, reader

__all__ = ["identity_parts", "read"]

read = reader("telephone")
