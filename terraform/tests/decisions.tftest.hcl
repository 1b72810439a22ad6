# What the stack promises, on a mocked AWS: `terraform test`.

mock_provider "aws" {
  source = "./tests/aws"
}

mock_provider "aws" {
  alias  = "global"
  source = "./tests/aws"
}

# Only known after AWS has made them, so the plan is told them.

override_resource {
  target          = aws_db_instance.this
  override_during = plan
  values = {
    resource_id        = "db-EXAMPLE"
    endpoint           = "tesela.example.us-east-1.rds.amazonaws.com:5432"
    master_user_secret = [{ secret_arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:example" }]
  }
}

override_resource {
  target          = aws_s3_bucket.results
  override_during = plan
  values          = { arn = "arn:aws:s3:::results" }
}

override_resource {
  target          = aws_cloudwatch_log_group.this
  override_during = plan
  values          = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:example" }
}

override_resource {
  target          = aws_cloudfront_distribution.page
  override_during = plan
  values          = { domain_name = "example.cloudfront.net" }
}

override_resource {
  target          = aws_s3_bucket_website_configuration.page
  override_during = plan
  values          = { website_endpoint = "example.s3-website-us-east-1.amazonaws.com" }
}

override_resource {
  target          = aws_apigatewayv2_api.this
  override_during = plan
  values = {
    api_endpoint  = "https://example.execute-api.us-east-1.amazonaws.com"
    execution_arn = "arn:aws:execute-api:us-east-1:123456789012:example"
  }
}

override_resource {
  target          = aws_lambda_alias.live
  override_during = plan
  values          = { arn = "arn:aws:lambda:us-east-1:123456789012:function:tesela-api:live" }
}

override_resource {
  target          = aws_lambda_function.migrate
  override_during = plan
  values          = { arn = "arn:aws:lambda:us-east-1:123456789012:function:tesela-migrate" }
}

variables {
  image_uri = "123456789012.dkr.ecr.us-east-1.amazonaws.com/tesela@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
  stack_id  = "0123456789ab"
}

run "by_default" {
  command = plan

  assert {
    condition     = aws_db_instance.this.storage_encrypted && !aws_db_instance.this.publicly_accessible
    error_message = "The database is encrypted and private."
  }

  assert {
    condition     = contains([for one in aws_db_parameter_group.this.parameter : "${one.name}=${one.value}"], "rds.force_ssl=1")
    error_message = "The database takes TLS alone."
  }

  assert {
    condition = (
      aws_db_instance.this.iam_database_authentication_enabled
      && aws_db_instance.this.manage_master_user_password
      && aws_db_instance.this.password == null
    )
    error_message = "Nobody here knows the database's password: functions log in by IAM, RDS keeps the master's."
  }

  assert {
    condition     = aws_db_instance.this.deletion_protection && !aws_db_instance.this.skip_final_snapshot && aws_db_instance.this.backup_retention_period >= 7
    error_message = "The database is backed up, and not lost by a slip."
  }

  assert {
    condition = alltrue([
      for block in [aws_s3_bucket_public_access_block.results, aws_s3_bucket_public_access_block.page] :
      block.block_public_acls && block.block_public_policy && block.ignore_public_acls && block.restrict_public_buckets
    ])
    error_message = "Neither bucket is public."
  }

  assert {
    condition = alltrue([
      for statement in flatten([
        data.aws_iam_policy_document.api.statement,
        data.aws_iam_policy_document.migrate.statement,
        data.aws_iam_policy_document.function["api"].statement,
        data.aws_iam_policy_document.function["migrate"].statement,
        data.aws_iam_policy_document.network.statement,
        data.aws_iam_policy_document.scheduler.statement,
      ]) : !anytrue([for action in statement.actions : endswith(action, "*")]) if statement.effect != "Deny"
    ])
    error_message = "No role may do a wildcard of actions."
  }

  assert {
    condition = alltrue([
      for statement in flatten([
        data.aws_iam_policy_document.api.statement,
        data.aws_iam_policy_document.migrate.statement,
        data.aws_iam_policy_document.function["api"].statement,
        data.aws_iam_policy_document.function["migrate"].statement,
        data.aws_iam_policy_document.scheduler.statement,
      ]) : statement.effect == "Deny" || !contains(statement.resources, "*")
    ])
    error_message = "Only joining the network, which AWS cannot narrow, is allowed on every resource."
  }

  assert {
    condition     = aws_lambda_function.api.timeout * 1000 < aws_apigatewayv2_integration.api.timeout_milliseconds
    error_message = "The function ends, and says why, before the API gives up."
  }

  assert {
    condition     = one([for rule in aws_s3_bucket_cors_configuration.results.cors_rule : rule if rule.id == "upload"]).allowed_origins == toset(["https://example.cloudfront.net"])
    error_message = "Only the page uploads."
  }

  assert {
    condition     = aws_lambda_function.api.environment[0].variables["TESELA_PAGE_ORIGIN"] == "https://example.cloudfront.net"
    error_message = "The API admits the page's origin."
  }

  assert {
    condition     = output.page_url == "https://example.cloudfront.net"
    error_message = "The page's address is its origin."
  }

  assert {
    condition = (
      aws_lambda_function.api.environment[0].variables["TESELA_TOKENS"] == "access.json"
      && !contains(keys(aws_lambda_function.migrate.environment[0].variables), "TESELA_TOKENS")
    )
    error_message = "The API is closed without a token; the other function knows of none."
  }

  assert {
    condition     = aws_lambda_function.api.environment[0].variables["TESELA_THREADS"] == "2" && aws_lambda_function.api.reserved_concurrent_executions == 10
    error_message = "Two threads for 1.7 cores, and a bound on cost."
  }

  assert {
    condition     = alltrue([for name in [aws_iam_role.function["api"].name, aws_iam_role.scheduler.name, aws_budgets_budget.monthly[0].name, aws_cloudfront_response_headers_policy.page[0].name] : startswith(name, "tesela-us-east-1-")])
    error_message = "A name that is one per account holds the region."
  }

  assert {
    condition     = alltrue([for policy in data.aws_iam_policy_document.assume : one(policy.statement[0].condition).variable == "aws:SourceAccount"])
    error_message = "Only this account's functions and schedules take a role."
  }

  assert {
    condition     = alltrue([for parameter in aws_db_parameter_group.this.parameter : parameter.apply_method == "pending-reboot" if contains(["rds.force_ssl", "shared_buffers"], parameter.name)])
    error_message = "What RDS applies at a reboot is planned so: otherwise every plan changes it again."
  }

  assert {
    condition     = aws_db_instance.this.apply_immediately && aws_db_instance.this.engine_lifecycle_support == "open-source-rds-extended-support-disabled" && aws_db_instance.this.final_snapshot_identifier == "tesela-last-0123456789ab"
    error_message = "The database changes when asked, never gets dear by itself, and its last snapshot has a name of its own."
  }

  assert {
    condition     = [for rule in aws_s3_bucket_lifecycle_configuration.results.rule : "${rule.expiration[0].days} ${rule.noncurrent_version_expiration[0].noncurrent_days}" if rule.id == "uploads"] == ["1 1"]
    error_message = "Uploads expire after a day, and their bytes a day later."
  }

  assert {
    condition     = aws_scheduler_schedule.daily["reconcile"].target[0].input == "{\"command\":\"reconcile\"}" && jsondecode(aws_scheduler_schedule.daily["awake"].target[0].input).requestContext.requestId == "<aws.scheduler.execution-id>"
    error_message = "Once a day rows are rebuilt, and both functions are kept from falling asleep."
  }

  assert {
    condition     = [for rule in jsondecode(aws_ecr_lifecycle_policy.this.policy).rules : rule.selection.tagStatus] == ["untagged"]
    error_message = "No tagged image expires: a version may run it."
  }

  assert {
    condition     = aws_lambda_function.api.environment[0].variables["DATABASE_URL"] == "postgresql://tesela@tesela.example.us-east-1.rds.amazonaws.com:5432/tesela?login=iam&sslmode=verify-full"
    error_message = "The database's address holds no password, and TLS is verified."
  }

  assert {
    condition     = jsondecode(aws_s3_object.config.content).classes == jsondecode(file("../lambda_image/tesela/catalogue.json")).classes && length(jsondecode(aws_s3_object.config.content).classes) == 10
    error_message = "config.json contains every class of the catalogue."
  }

  assert {
    condition     = jsondecode(aws_s3_object.config.content).apiUrl == output.api_url
    error_message = "config.json states where the API is."
  }

  assert {
    condition     = aws_ecr_repository.this.image_tag_mutability == "IMMUTABLE" && aws_ecr_repository.this.image_scanning_configuration[0].scan_on_push
    error_message = "A pushed image stays what it is, and is scanned."
  }

  assert {
    condition     = jsondecode(aws_cloudformation_stack.function_url[0].template_body).Resources.InvokeByUrl.Properties.InvokedViaFunctionUrl
    error_message = "Who calls the public function calls its URL."
  }

  assert {
    condition     = alltrue([for group in aws_cloudwatch_log_group.this : group.retention_in_days > 0])
    error_message = "Every log ends some day."
  }

  assert {
    condition     = length(aws_wafv2_web_acl.page) == 0 && length(aws_cloudfront_distribution.page[0].ordered_cache_behavior) == 0 && !contains(keys(aws_lambda_function.api.environment[0].variables), "TESELA_ORIGIN_KEY")
    error_message = "Page and API have addresses of their own unless asked."
  }

  assert {
    condition     = length(aws_sns_topic_subscription.email) == 0
    error_message = "Nobody is written to unless asked."
  }
}

run "memory_and_threads" {
  command = plan

  variables {
    memory_mb            = 1769
    reserved_concurrency = -1
    db_backup_days       = 1
  }

  assert {
    condition     = aws_lambda_function.api.environment[0].variables["TESELA_THREADS"] == "1" && aws_lambda_function.api.reserved_concurrent_executions == -1
    error_message = "One core, one thread."
  }

  assert {
    condition     = aws_db_instance.this.backup_retention_period == 1
    error_message = "AWS's free plan keeps backups for a day."
  }
}

run "destroyed_with_a_last_snapshot" {
  command = plan

  variables {
    force_destroy  = true
    final_snapshot = true
  }

  assert {
    condition     = !aws_db_instance.this.skip_final_snapshot
    error_message = "A last snapshot is taken though everything else is deleted."
  }
}

run "page_as_s3_website" {
  command = plan

  variables {
    page_delivery = "s3-website"
  }

  assert {
    condition     = output.page_url == "http://example.s3-website-us-east-1.amazonaws.com" && length(aws_cloudfront_distribution.page) == 0
    error_message = "The bucket itself serves the page."
  }

  assert {
    condition = (
      aws_lambda_function.api.environment[0].variables["TESELA_PAGE_ORIGIN"] == output.page_url
      && one([for rule in aws_s3_bucket_cors_configuration.results.cors_rule : rule if rule.id == "upload"]).allowed_origins == toset([output.page_url])
    )
    error_message = "API and uploads follow the page's origin."
  }

  assert {
    condition     = aws_s3_bucket_public_access_block.results.restrict_public_buckets && !aws_s3_bucket_public_access_block.page.restrict_public_buckets
    error_message = "Only the page's bucket is public."
  }
}

run "function_url_for_signed_requests" {
  command = plan

  variables {
    function_url_auth = "AWS_IAM"
  }

  assert {
    condition     = aws_lambda_function_url.api.authorization_type == "AWS_IAM" && length(aws_lambda_permission.function_url) + length(aws_cloudformation_stack.function_url) == 0
    error_message = "Nobody is granted the URL but by IAM."
  }
}

run "one_origin" {
  command = plan

  variables {
    one_origin = true
  }

  assert {
    condition     = output.api_url == "https://example.cloudfront.net/api" && jsondecode(aws_s3_object.config.content).apiUrl == output.api_url
    error_message = "The page calls the API below its own address."
  }

  assert {
    condition     = one(aws_cloudfront_distribution.page[0].ordered_cache_behavior).path_pattern == "/api/*" && one([for origin in aws_cloudfront_distribution.page[0].origin : origin if origin.origin_id == "api"]).domain_name == "example.execute-api.us-east-1.amazonaws.com"
    error_message = "What is below /api goes to the HTTP API."
  }

  assert {
    condition     = one(one([for origin in aws_cloudfront_distribution.page[0].origin : origin if origin.origin_id == "api"]).custom_header).value == aws_lambda_function.api.environment[0].variables["TESELA_ORIGIN_KEY"] && length(aws_lambda_function.api.environment[0].variables["TESELA_ORIGIN_KEY"]) == 64
    error_message = "The function knows the key that the distribution sends."
  }

  assert {
    condition     = aws_lambda_function_url.api.authorization_type == "AWS_IAM" && length(aws_lambda_permission.function_url) + length(aws_cloudformation_stack.function_url) == 0
    error_message = "The function URL is closed."
  }

  assert {
    condition     = length(aws_wafv2_web_acl.page[0].rule) == 3 && aws_wafv2_web_acl.page[0].scope == "CLOUDFRONT"
    error_message = "The firewall bounds requests per address, and knows bad addresses and inputs."
  }

  assert {
    condition     = !strcontains(local.content_security_policy, "execute-api")
    error_message = "The page may call nobody but itself and the bucket."
  }
}

run "basemap_is_named_in_the_policy" {
  command = plan

  variables {
    page_basemap = { url = "https://tiles.example.com/{z}/{x}/{y}.png", attribution = "© Somebody" }
  }

  assert {
    condition     = jsondecode(aws_s3_object.config.content).basemap == { url = "https://tiles.example.com/{z}/{x}/{y}.png", attribution = "© Somebody", max_zoom = 19 }
    error_message = "config.json states where the tiles are."
  }

  assert {
    condition     = length(regexall("connect-src [^;]* https://tiles\\.example\\.com;", local.content_security_policy)) == 1 && length(regexall("tiles", local.content_security_policy)) == 1
    error_message = "The page may fetch the tiles, and nothing else of that host."
  }
}

run "basemap_needs_one_host" {
  command = plan

  variables {
    page_basemap = { url = "https://{s}.example.com/{z}/{x}/{y}.png", attribution = "© Somebody" }
  }

  expect_failures = [var.page_basemap]
}

run "one_origin_needs_cloudfront" {
  command = plan

  variables {
    one_origin    = true
    page_delivery = "s3-website"
  }

  expect_failures = [var.one_origin]
}

run "watched" {
  command = plan

  variables {
    alarm_email        = "operator@example.org"
    monthly_budget_usd = 0
  }

  assert {
    condition     = aws_sns_topic_subscription.email[0].endpoint == "operator@example.org" && length(aws_budgets_budget.monthly) == 0
    error_message = "Alarms are written to the address; a budget of 0 is none."
  }

  assert {
    condition     = keys(aws_cloudwatch_metric_alarm.this) == ["connections", "credits", "database", "duration", "errors", "failures", "latency", "memory", "migrate", "rows", "storage", "throttles"]
    error_message = "Function, API and database are watched."
  }
}
