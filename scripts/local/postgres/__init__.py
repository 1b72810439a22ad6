"""A PostgreSQL of our own: its binaries, its cluster of files, its server."""
