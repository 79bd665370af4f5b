"""Owns what agencies publish on their site: items, and the way each goes before the public reads it."""
