"""Figures, never verdicts: each module prints its own; ``python -m benchmarks`` runs them in turn."""
