"""Which language a text is in: decided first, because everything else reads words."""
