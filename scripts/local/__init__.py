"""Tesela on one machine: what `make run` starts, and what the end-to-end tests drive.

The function's own code runs in real `awslambdaric` processes, against a real PostgreSQL and an S3
server; only AWS's side of the Lambda Runtime API, the function URL and the page's CDN are ours. That is
much code for what containers would give, and the price of needing nothing but Python and make.
"""
