"""How Paygir is run: the embedded stack, the command line, images and manifests."""
