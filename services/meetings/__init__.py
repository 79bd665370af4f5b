"""Owns committees, their meetings, votes and decisions."""
