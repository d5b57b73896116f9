"""Bandits: what their arms have earned, and the shares that follow from it."""
