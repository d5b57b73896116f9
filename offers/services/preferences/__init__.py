"""What shoppers set themselves: personalisation, channels, topics, pauses, and what they take back."""
