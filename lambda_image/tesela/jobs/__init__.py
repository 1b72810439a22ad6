"""Whole scenes as clients order them: a job for each, its state, and the use cases of `/scenes`.

The stages themselves are in `tesela.scenes`, which the API does not load; `tesela.stages` joins both.
"""
