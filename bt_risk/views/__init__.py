"""Pictures and pages. Requires DataFrames and profiles; knows nothing of Backtrader."""
