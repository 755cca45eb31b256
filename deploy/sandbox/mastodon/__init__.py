"""A stand-in for one Mastodon server: what an account that answers complaints needs, and its customers.

Wire format: https://docs.joinmastodon.org/methods/ and https://docs.joinmastodon.org/entities/
"""
