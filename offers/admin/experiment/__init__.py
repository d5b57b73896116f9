"""The page of experiments: their form, and the steps from the draft to the conclusion."""
