"""When an offer applies."""
