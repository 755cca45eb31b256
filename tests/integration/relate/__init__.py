"""Links between strangers, on a real Kafka and the real way round."""
