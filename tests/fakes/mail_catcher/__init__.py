"""A mail server that keeps every message, shows it, and sends nothing on."""
