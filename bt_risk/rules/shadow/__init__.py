"""Trades that were not made, as they would have gone: entry, stop, targets, times. Prices in, a trade out."""
