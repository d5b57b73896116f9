"""Run all programs of a shop on one machine."""
