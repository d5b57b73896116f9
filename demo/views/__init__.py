"""The storefront's pages, and the shop's own server behind them."""
