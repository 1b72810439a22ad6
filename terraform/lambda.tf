locals {
  # By name, so that policies can name a function before it is made.
  functions = {
    for key in ["api", "migrate"] : key => {
      name = "${var.name}-${key}"
      arn  = "arn:${local.partition}:lambda:${var.region}:${local.account}:function:${var.name}-${key}"
    }
  }

  environment = {
    DATABASE_URL            = "postgresql://${local.database_user}@${aws_db_instance.this.endpoint}/${aws_db_instance.this.db_name}?login=iam&sslmode=verify-full"
    POWERTOOLS_SERVICE_NAME = var.name # the dimension of the metrics, so that two stacks do not mix them
    TESELA_BUCKET           = aws_s3_bucket.results.bucket
    TESELA_PAGE_ORIGIN      = local.page_origin
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
  reserved_concurrent_executions = coalesce(var.reserved_concurrency, 10)
  publish                        = true

  image_config {
    command = ["tesela.handler.handler"]
  }

  environment {
    variables = merge(local.environment, var.one_origin ? { TESELA_ORIGIN_KEY = local.origin_key } : {}, {
      TESELA_PUBLIC_READ     = tostring(var.public_read)
      TESELA_SCENES          = tostring(local.scenes_on)
      TESELA_SCENE_MAX_KM2   = tostring(var.scene_max_km2)
      TESELA_SCENE_MONTH_KM2 = tostring(var.scene_month_km2)
      TESELA_SCENE_SOURCES   = join(",", var.scene_sources)
      TESELA_THREADS         = tostring(max(1, min(6, ceil(var.memory_mb / 1769)))) # Lambda's cores
      TESELA_TOKENS          = local.access_object
    })
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
  }

  depends_on = [
    aws_ecr_repository_policy.this,
    aws_iam_role_policy.api,
    aws_iam_role_policy.network,
    aws_route_table_association.private,
    aws_vpc_endpoint.s3,
    aws_vpc_security_group_egress_rule.functions_to_database,
    aws_vpc_security_group_egress_rule.functions_to_s3,
    aws_vpc_security_group_ingress_rule.database_from_functions,
  ]
}

# Both URLs lead here. Terraform makes the alias and never moves it: `make deploy` does, once a new
# version has migrated the database and passed the smoke test, and `make rollback` moves it back.
resource "aws_lambda_alias" "live" {
  name             = "live"
  function_name    = aws_lambda_function.api.function_name
  function_version = aws_lambda_function.api.version

  lifecycle {
    ignore_changes = [function_version]
  }
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

  depends_on = [
    aws_ecr_repository_policy.this,
    aws_iam_role_policy.migrate,
    aws_iam_role_policy.network,
    aws_route_table_association.private,
    aws_vpc_endpoint.s3,
    aws_vpc_security_group_egress_rule.functions_to_database,
    aws_vpc_security_group_egress_rule.functions_to_s3,
    aws_vpc_security_group_ingress_rule.database_from_functions,
  ]
}
