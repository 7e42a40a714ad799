"""The instruments of a run: their bars, their time, and when they fall silent."""
