"""When entries stop: losses of the day, the account, a strategy or a position; spikes; bad bars. One rule a file."""
