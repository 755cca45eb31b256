"""Stand-ins for providers, on the providers' wire formats: the product needs no branch for them.

Each runs as a process of its own on the loopback interface and remembers in a file what it accepted.
"""
