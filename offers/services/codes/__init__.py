"""Promotion codes in bulk: generate, look up, revoke and export them."""
