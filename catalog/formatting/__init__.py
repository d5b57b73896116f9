"""How catalogue values are shown to people, in the language of the page."""
