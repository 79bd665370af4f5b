"""The write path: one document, one write, state and events together, each caller told its own result."""
