"""What the user's strategy asks for, and what it makes of each of its calls."""
