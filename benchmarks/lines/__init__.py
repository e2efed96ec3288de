"""What ``python -m benchmarks.sync`` measures, a section a module."""
