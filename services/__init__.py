"""The services: each owns its documents and tells the others by events."""
