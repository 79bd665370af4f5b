"""Load, ask the domain, save: one function for each thing that can be done.

Those that take `who` are for callers and ask the access table first. Those that take `by` are for them and
for the operator who loads a province before anybody has a post.
"""
