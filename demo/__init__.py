"""A shop on real data, to see the point in a browser. Installed only where AWASE_DEMO is set."""
