"""The words everybody shares: records, topics, errors, telemetry. No I/O, and nothing of ours is imported here."""
