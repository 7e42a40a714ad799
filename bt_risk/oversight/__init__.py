"""The parts of the desk that watch the whole account: halts, measures, figures, readings, controls, events."""
