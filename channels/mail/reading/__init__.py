"""How a mail's bytes become words: MIME, charsets, HTML, quotes, bounces. Pure: no network, no clock, no randomness."""
