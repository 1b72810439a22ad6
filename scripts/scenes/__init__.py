"""Simulated WorldView-3 scenes with known truth."""
