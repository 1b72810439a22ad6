"""Geodesy of an image: reference systems, the ellipsoid, areas of pixels, rings on the globe."""
