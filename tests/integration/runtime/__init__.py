"""The runtime against a real Kafka: workers are processes, and they are killed."""
