"""A rolling upgrade on a real Kafka: records of two releases side by side, workers that take turns."""
