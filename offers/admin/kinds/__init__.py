"""What the pages of all kinds of offer share."""
