"""Weeks of simulated shoppers, so that every page of results has something to show."""
