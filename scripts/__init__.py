"""Commands around the service: none of them is in the image."""
