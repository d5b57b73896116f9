"""What is promised, charged and given back: quotes, redemption, orders, refunds."""
