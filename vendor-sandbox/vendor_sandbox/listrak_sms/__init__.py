"""Listrak's SMS REST API v1, and the OAuth 2 tokens it wants."""
