"""Where a position is left: stops, targets, times, and the order in which they decide. One rule a file."""
