# What the functions may do. Neither may read a secret, and neither has a password.

resource "aws_iam_role" "function" {
  for_each = local.functions

  name               = each.value.name
  description        = "Execution role of the function ${each.value.name}"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy" "api" {
  name   = "api"
  role   = aws_iam_role.function["api"].id
  policy = data.aws_iam_policy_document.api.json
}

data "aws_iam_policy_document" "api" {
  source_policy_documents = [data.aws_iam_policy_document.function["api"].json]

  statement {
    sid       = "KeepPredictions"
    actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
    resources = [for prefix in ["predictions", "exports", "uploads"] : "${aws_s3_bucket.results.arn}/${prefix}/*"]
  }
}

resource "aws_iam_role_policy" "migrate" {
  name   = "migrate"
  role   = aws_iam_role.function["migrate"].id
  policy = data.aws_iam_policy_document.migrate.json
}

data "aws_iam_policy_document" "migrate" {
  source_policy_documents = [data.aws_iam_policy_document.function["migrate"].json]

  statement {
    sid       = "ReconcilePredictions"
    actions   = ["s3:GetObject", "s3:DeleteObject"]
    resources = ["${aws_s3_bucket.results.arn}/predictions/*", "${aws_s3_bucket.results.arn}/exports/*"]
  }
}

# What both need.
data "aws_iam_policy_document" "function" {
  #checkov:skip=CKV_AWS_111:JoinNetwork, which AWS cannot narrow; the code itself is denied it
  for_each = local.functions

  statement {
    sid       = "Log"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.this[each.key].arn}:*"]
  }

  statement {
    sid       = "LoginToDatabase"
    actions   = ["rds-db:connect"]
    resources = ["arn:${local.partition}:rds-db:${var.region}:${local.account}:dbuser:${aws_db_instance.this.resource_id}/${local.database_user}"]
  }

  # The whole bucket: without it S3 answers 403, not 404, for an object that is not there.
  statement {
    sid       = "ListResults"
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.results.arn]
  }

  # Lambda joins the function to the subnets in its role's name; AWS knows no narrower resource.
  statement {
    sid       = "JoinNetwork"
    actions   = local.network_actions
    resources = ["*"]
  }

  # The code that runs in the function may not.
  statement {
    sid       = "CodeLeavesNetworkAlone"
    effect    = "Deny"
    actions   = local.network_actions
    resources = ["*"]

    condition {
      test     = "ArnEquals"
      variable = "lambda:SourceFunctionArn"
      values   = [each.value.arn]
    }
  }
}

locals {
  database_user = "tesela" # made by the migrate function's bootstrap

  network_actions = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
  ]
}
