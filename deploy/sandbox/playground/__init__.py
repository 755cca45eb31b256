"""A page to try the whole way on: write as a customer on any channel, watch the stages, see the answer arrive.

It plays the customers and an operator who looks on. It reaches the gateway only as they do: over HTTP, SMTP,
IMAP and the stand-ins' wire formats.
"""
