"""What a message is, what it says and how it moves. No clock, no database, no bus."""
