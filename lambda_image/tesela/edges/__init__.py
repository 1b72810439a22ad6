"""One module an outside system."""
