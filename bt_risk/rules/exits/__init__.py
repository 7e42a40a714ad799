"""Where a position is left: stops and the rules that close it."""
