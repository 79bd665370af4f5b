"""The events of all services, each file one publisher's."""
