"""A stand-in for X: posts, mentions, direct messages, the Account Activity webhook."""
