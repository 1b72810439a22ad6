"""An AWS account's stack: what `make deploy` and the targets beside it do."""
