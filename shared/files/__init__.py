"""Files that people send: judged by their content, cleaned, scanned, and stored sealed under random names."""
