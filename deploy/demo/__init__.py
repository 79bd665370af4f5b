"""The demo province: its agencies, its catalogue of services, and how they are read."""
