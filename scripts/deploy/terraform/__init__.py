"""Terraform on the module in `terraform/`: its commands, its progress, what it may take over, its state."""
