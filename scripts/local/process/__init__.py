"""Processes of the stack: started as somebody, watched, restarted, and never left behind."""
