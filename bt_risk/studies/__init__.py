"""Experiments over whole backtests: the same signals and prices under different rules."""
