"""Real Kafka and MongoDB, and all services, on one machine without Docker."""
