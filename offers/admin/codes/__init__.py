"""The pages of batches of promotion codes."""
