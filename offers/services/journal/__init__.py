"""Decisions as they leave the shop: with a token, and with a record in the journal."""
