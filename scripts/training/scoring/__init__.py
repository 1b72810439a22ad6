"""Scores held against the truth: histograms, thresholds, intervals, evaluation."""
