"""Mail as it comes in: what a letter says, and the door that takes it."""
