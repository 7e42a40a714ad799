"""Strategies as people write them for plain Backtrader: nothing here knows of a risk desk."""
