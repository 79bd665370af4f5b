"""Who asks, and what their posts allow them."""
