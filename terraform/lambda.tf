locals {
  # By name, so that policies can name a function before it is made.
  functions = {
    for key in ["api", "migrate"] : key => {
      name = "${var.name}-${key}"
      arn  = "arn:${local.partition}:lambda:${var.region}:${local.account}:function:${var.name}-${key}"
    }
  }

  environment = {
    DATABASE_URL        = "postgresql://${local.database_user}@${aws_db_instance.this.endpoint}/${aws_db_instance.this.db_name}?login=iam&sslmode=verify-full"
    TESELA_BUCKET       = aws_s3_bucket.results.bucket
    TESELA_PAGE_ORIGIN  = local.page_origin
    TESELA_PUBLIC_READ  = tostring(var.public_read)
    TESELA_TOKEN_HASHES = join(",", var.token_hashes)
  }
}

# --- api: answers requests

resource "aws_lambda_function" "api" {
  function_name                  = local.functions.api.name
  description                    = "Land cover from 8-band imagery"
  role                           = aws_iam_role.function["api"].arn
  package_type                   = "Image"
  image_uri                      = var.image_uri
  architectures                  = ["x86_64"]
  memory_size                    = var.memory_mb
  timeout                        = var.timeout_s
  reserved_concurrent_executions = var.reserved_concurrency
  publish                        = true

  image_config {
    command = ["tesela.handler.handler"]
  }

  environment {
    variables = local.environment
  }

  vpc_config {
    subnet_ids         = aws_subnet.private[*].id
    security_group_ids = [aws_security_group.functions.id]
  }

  logging_config {
    log_format = "Text" # the code writes JSON itself
    log_group  = aws_cloudwatch_log_group.this["api"].name
  }

  lifecycle {
    precondition {
      condition     = var.image_uri != ""
      error_message = "image_uri is empty: push an image to the repository first. `make deploy` does."
    }

    precondition {
      condition     = length(var.token_hashes) > 0
      error_message = "token_hashes is empty: anybody could use the API, at your cost. `make token` makes a token."
    }
  }

  depends_on = [aws_iam_role_policy.api, aws_ecr_repository_policy.this]
}

# Both URLs lead here, so that a new version goes live at once and by one change.
resource "aws_lambda_alias" "live" {
  name             = "live"
  function_name    = aws_lambda_function.api.function_name
  function_version = aws_lambda_function.api.version
}

# --- migrate: the operator's commands

resource "aws_lambda_function" "migrate" {
  #checkov:skip=CKV_AWS_115:the operator alone calls it, and migrations take a lock
  function_name = local.functions.migrate.name
  description   = "Migrates and reconciles the database"
  role          = aws_iam_role.function["migrate"].arn
  package_type  = "Image"
  image_uri     = var.image_uri
  architectures = ["x86_64"]
  memory_size   = 1024
  timeout       = 900 # reconcile reads every manifest

  image_config {
    command = ["tesela.admin.handler"]
  }

  environment {
    variables = local.environment
  }

  vpc_config {
    subnet_ids         = aws_subnet.private[*].id
    security_group_ids = [aws_security_group.functions.id]
  }

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.this["migrate"].name
  }

  lifecycle {
    precondition {
      condition     = var.image_uri != ""
      error_message = "image_uri is empty: push an image to the repository first. `make deploy` does."
    }
  }

  depends_on = [aws_iam_role_policy.migrate, aws_ecr_repository_policy.this]
}
