"""The storefront's pages, and the little that a shop's own server does behind them."""
