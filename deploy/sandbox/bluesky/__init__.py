"""A stand-in for a Bluesky server: a repository, notifications and direct messages for a few accounts."""
