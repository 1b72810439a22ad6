"""Whole scenes on this machine: the stages of `tesela.scenes` on files, with a process per processor."""
