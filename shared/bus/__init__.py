"""From the bus to an effect: once, in order, and nothing lost. The only way to subscribe."""
