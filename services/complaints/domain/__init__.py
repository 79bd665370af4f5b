"""What complaints are made of, by noun. No clock, no database, no bus."""
