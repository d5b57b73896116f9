"""A kind of offer that the product knows nothing of: installed by the tests' settings, like anybody's app."""
