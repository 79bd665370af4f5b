"""Owns the messages that tell people what happened: their templates, contacts and gateways."""
