provider "aws" {
  region = var.region

  default_tags {
    tags = {
      Project   = var.name
      ManagedBy = "terraform"
      StackId   = var.stack_id
    }
  }
}

# CloudFront takes firewalls of this region alone.
provider "aws" {
  alias  = "global"
  region = "us-east-1"

  default_tags {
    tags = {
      Project   = var.name
      ManagedBy = "terraform"
      StackId   = var.stack_id
    }
  }
}

data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

data "aws_availability_zones" "this" {
  state            = "available"
  exclude_zone_ids = ["use1-az3", "usw1-az2", "cac1-az3"] # older zones without Graviton databases

  filter { # zones that every account has
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

locals {
  account   = data.aws_caller_identity.this.account_id
  partition = data.aws_partition.this.partition

  # For what AWS names once per account, not once per region: roles, CloudFront, budgets.
  global_name = "${var.name}-${var.region}"
}
