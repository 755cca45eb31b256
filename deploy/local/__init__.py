"""Real services for one machine, brought by pip alone: an Apache Kafka, a mail server, their fetcher.

Everything here runs as a child process of its own and is never imported by the product.
"""
