"""Where bytes rest: the Kafka client seam, the blob store, the sealing of stored payloads."""
