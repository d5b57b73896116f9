"""What is served beside other people's methods, on the same questions: `make eval`."""
