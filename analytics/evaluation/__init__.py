"""How good the recommendations are, measured on orders they have not seen."""
