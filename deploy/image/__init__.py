"""The one image that all services run from, and its own small programs."""
