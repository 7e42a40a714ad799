"""What the risk desk costs, measured. Run ``python -m benchmarks.overhead``."""
