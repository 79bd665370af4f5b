"""The contract of the bus: what each event looks like, who publishes it, who listens."""
