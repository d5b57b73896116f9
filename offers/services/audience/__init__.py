"""Audiences: whether their conditions may be stored, who is in them, and when that is counted."""
