"""The only folder here that knows MongoDB: a file for each kind of thing."""
