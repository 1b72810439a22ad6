"""AWS Lambda around the function: its Runtime API, worker processes, and the function URL."""
