"""What committees and meetings are and how they move. No clock, no database, no bus."""
