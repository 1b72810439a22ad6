"""Land-cover segmentation of WorldView-3 imagery on AWS Lambda."""

__version__ = "0.1.0"
