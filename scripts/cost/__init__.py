"""What the stack costs while nobody uses it, and for 1000 km2: `make cost`."""
