"""What the demo writes into the shop."""
