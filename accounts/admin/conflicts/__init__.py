"""Refuse to overwrite what somebody else changed while a form was open."""
