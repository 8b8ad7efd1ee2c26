"""Measurements, each on a system of its own; never timed tests."""
