"""Training scenes: where they come from, how they are kept, how windows of them are drawn."""
