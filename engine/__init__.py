"""The pure core: prices, decisions, promises. It knows no Django, no clock and no database."""
