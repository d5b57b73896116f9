"""Quotes, their redemption, orders and refunds."""
