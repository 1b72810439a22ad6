"""The header of a TIFF: read and checked before GDAL opens anything, then written anew."""
