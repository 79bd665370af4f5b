"""Owns what is known of every agency's work, drawn from events, and the report cards made of it."""
