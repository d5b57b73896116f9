"""The worked example under an offer's form: the core prices real products while the fields change."""
