"""How offers are described to people, in the language of the page."""
