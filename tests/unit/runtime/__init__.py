"""The runtime's decisions without a broker."""
