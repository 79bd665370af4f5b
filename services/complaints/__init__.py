"""Owns citizens' complaints about how a service was given, and their clocks."""
