"""Owns who is who: agencies, units, posts and stand-ins, the catalogue of services, calendars."""
