"""The ways by which an SMS leaves: one file each, all behind one port."""
