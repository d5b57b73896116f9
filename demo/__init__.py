"""A demo shop on real data. Installed only if AWASE_DEMO is set."""
