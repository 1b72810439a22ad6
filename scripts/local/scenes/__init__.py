"""What S3's events, Step Functions and the stages' functions do for whole scenes on AWS."""
