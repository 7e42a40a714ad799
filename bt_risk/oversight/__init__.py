"""The parts of the desk that watch the whole account: halts, measures, readings, controls, events."""
