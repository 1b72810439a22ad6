"""The S3 of the stack: a moto server whose objects last."""
