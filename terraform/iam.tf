# What the functions may do. Neither may read a secret, and neither has a password.

resource "aws_iam_role" "function" {
  for_each = local.functions

  name               = "${local.global_name}-${each.key}"
  description        = "Execution role of the function ${each.value.name}"
  assume_role_policy = data.aws_iam_policy_document.assume["lambda"].json
}

# Which service takes a role on, for this account alone.
data "aws_iam_policy_document" "assume" {
  for_each = toset(["events", "lambda", "scheduler", "states"])

  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["${each.key}.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
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

  dynamic "statement" {
    for_each = local.scenes_on ? ["KeepScenes"] : []

    content {
      sid       = statement.value
      actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
      resources = [local.scene_files, local.scene_work, local.scene_events]
    }
  }

  dynamic "statement" {
    for_each = local.scenes_on && length(local.sources) > 0 ? ["FindSources"] : []

    content {
      sid       = statement.value
      actions   = ["s3:GetObject", "s3:ListBucket"] # without the latter S3 answers 403, not 404
      resources = concat(local.source_arns, local.sources)
    }
  }

  statement {
    sid       = "ReadTokens"
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.results.arn}/${local.access_object}"]
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

  dynamic "statement" {
    for_each = local.scenes_on ? ["ReconcileScenes"] : []

    content {
      sid       = statement.value
      actions   = ["s3:GetObject", "s3:DeleteObject"] # uploads that nobody completed
      resources = [local.scene_files, local.scene_work, local.scene_events]
    }
  }
}

# What both need.
data "aws_iam_policy_document" "function" {
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

  # The code that runs in the function may not use what the policy `network` lets Lambda do.
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

# A policy of its own, which the subnets and the security group depend on: Lambda needs it to delete a
# removed function's network interfaces, which takes up to 45 minutes, so it must go after them.
resource "aws_iam_role_policy" "network" {
  for_each = local.functions

  name   = "network"
  role   = aws_iam_role.function[each.key].id
  policy = data.aws_iam_policy_document.network.json
}

data "aws_iam_policy_document" "network" {
  #checkov:skip=CKV_AWS_111:AWS cannot narrow it; the code itself is denied it
  #checkov:skip=CKV_AWS_356:the same
  # Lambda joins the function to the subnets in its role's name; AWS knows no narrower resource.
  statement {
    sid       = "JoinNetwork"
    actions   = local.network_actions
    resources = ["*"]
  }
}

locals {
  access_object = "access.json" # in the results bucket: names, hashes, scopes of the tokens
  database_user = "tesela"      # made by the migrate function's bootstrap

  network_actions = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
  ]
}
