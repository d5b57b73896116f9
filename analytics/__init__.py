"""What orders and events teach: statistics, recommendations, results."""
