"""Bytes become messages: the channel reads them, the house gives them identity, key and reference."""
