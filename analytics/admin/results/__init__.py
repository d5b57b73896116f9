"""The results pages: all offers, one offer, one placement, one audience; to read and to download."""
