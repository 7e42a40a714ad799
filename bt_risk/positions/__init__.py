"""What the desk knows of each position and of each entry on its way, how it covers them and keeps that up to date."""
