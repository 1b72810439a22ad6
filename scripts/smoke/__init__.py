"""Does a deployed API do what it should? `make smoke`."""
