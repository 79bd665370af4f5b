"""The `paygir` command: one small file for each subcommand."""
