"""The only folder here that knows MongoDB (besides the sandbox, which stands for somebody else's system)."""
