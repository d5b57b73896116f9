"""What sets up a shop and runs its programs."""
