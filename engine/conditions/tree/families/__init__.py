"""What conditions of one family share: how they compare, and what they compare with."""
