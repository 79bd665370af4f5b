"""What operators see: logs, traces, metrics. Never personal data."""
