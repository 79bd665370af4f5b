"""Every service's own copy of the directory, built from events: all work while the directory is down."""
