"""Experiments and the groups of the shop: their rules, and what starts, changes and ends them."""
