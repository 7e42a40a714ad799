"""What the desk knows of each position and of each entry on its way, and how it keeps that up to date."""
