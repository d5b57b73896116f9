"""Search the journal for what works where."""
