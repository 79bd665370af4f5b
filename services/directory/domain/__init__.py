"""What the directory's things are and how they move. No clock, no database, no bus."""
