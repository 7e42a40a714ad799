"""The instruments of a run: their bars, their time, what they did lately, and when they fall silent."""
