"""From the database to the bus: the relay publishes, nothing else does."""
