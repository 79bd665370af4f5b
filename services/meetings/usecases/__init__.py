"""Load, ask the domain, save: one function for each thing that can be done."""
