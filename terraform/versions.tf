terraform {
  required_version = ">= 1.11" # the S3 backend's own lock, and what the tests override

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7.0" # README.md lists what version 6 would change
    }
  }
}
