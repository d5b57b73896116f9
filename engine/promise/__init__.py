"""What a quote promises: frozen prices, and what a return gives back."""
