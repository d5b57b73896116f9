"""What is proposed: offers, placements, customers, recommendations, keys, events; the REST API."""
