# Whole scenes: all of it with an image, nothing of it without.

mock_provider "aws" {
  source = "./tests/aws"
}

mock_provider "aws" {
  alias  = "global"
  source = "./tests/aws"
}

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
  target          = aws_cloudwatch_log_group.stage
  override_during = plan
  values          = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:example" }
}

variables {
  image_uri = "repository@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
}

run "without_an_image_there_are_no_scenes" {
  command = plan

  assert {
    condition     = length(aws_lambda_function.stage) + length(aws_sfn_state_machine.scene) + length(aws_cloudwatch_event_rule.scene) + length(aws_iam_role.scene) + length(aws_s3_bucket_notification.results) == 0
    error_message = "Something of scenes is made without an image."
  }

  assert {
    condition     = aws_lambda_function.api.environment[0].variables.TESELA_SCENES == "false" && length([for name, alarm in aws_cloudwatch_metric_alarm.this : name if startswith(name, "scenes")]) == 0
    error_message = "The API offers scenes that nobody processes."
  }

  assert {
    condition     = !contains(flatten([for statement in data.aws_iam_policy_document.api.statement : statement.actions]), "s3:AbortMultipartUpload")
    error_message = "The API may touch scenes that are not offered."
  }
}

run "with_an_image" {
  command = plan

  variables {
    scenes_image_uri  = "repository@sha256:5f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    scene_concurrency = 7
    scene_max_km2     = 250
    scene_month_km2   = 3000
    scene_sources     = ["open-imagery", "https://data.example.org"]
  }

  # --- Functions

  assert {
    condition     = toset(keys(aws_lambda_function.stage)) == toset(["plan", "block", "seams", "assembly", "failure"]) && alltrue([for stage in aws_lambda_function.stage : length(stage.vpc_config) == 0 && stage.image_config[0].command[0] == "tesela.stages.handler"])
    error_message = "Each stage is a function of its own, outside the VPC."
  }

  assert {
    condition     = { for name, stage in aws_lambda_function.stage : name => stage.reserved_concurrent_executions } == { plan = -1, block = 7, seams = -1, assembly = -1, failure = -1 }
    error_message = "Blocks are held to scene_concurrency."
  }

  assert {
    condition     = alltrue([for stage in aws_lambda_function.stage : stage.environment[0].variables.TESELA_SCENE_MAX_KM2 == "250" && stage.environment[0].variables.TESELA_SCENE_CONCURRENCY == "7" && stage.environment[0].variables.TESELA_SCENE_ONE_AT_A_TIME == "false" && stage.environment[0].variables.TESELA_SCENE_SOURCES == "open-imagery,https://data.example.org"])
    error_message = "The stages know the limits."
  }

  assert {
    condition     = aws_lambda_function.api.environment[0].variables.TESELA_SCENES == "true" && aws_lambda_function.api.environment[0].variables.TESELA_SCENE_SOURCES == "open-imagery,https://data.example.org" && aws_lambda_function.api.environment[0].variables.TESELA_SCENE_MAX_KM2 == "250" && aws_lambda_function.api.environment[0].variables.TESELA_SCENE_MONTH_KM2 == "3000"
    error_message = "The API offers scenes, and refuses those over the limits."
  }

  # --- Roles: one per stage

  assert {
    condition     = length(distinct([for role in aws_iam_role.stage : role.name])) == 5 && length([for name, policy in aws_iam_role_policy.stage : name if policy.name == "stage"]) == 5
    error_message = "Each stage has a role and a policy of its own."
  }

  assert {
    condition = alltrue([for name, stage in local.stages : toset(flatten([for statement in data.aws_iam_policy_document.stage[name].statement : statement.actions])) == setunion(["logs:CreateLogStream", "logs:PutLogEvents", "s3:ListBucket"], keys(stage.grants))]) && jsonencode({ for name, stage in local.stages : name => sort(keys(stage.grants)) }) == jsonencode({
      plan     = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
      block    = ["s3:GetObject", "s3:PutObject"]
      seams    = ["s3:GetObject", "s3:PutObject"]
      assembly = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
      failure  = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
    })
    error_message = "A stage reads, writes and deletes what it must, and has no other right."
  }

  assert {
    condition     = toset([for name, stage in local.stages : name if length([for statement in data.aws_iam_policy_document.stage[name].statement : statement if contains(statement.resources, "arn:aws:s3:::open-imagery/*")]) > 0]) == toset(["plan", "block"]) && toset([for name, stage in local.stages : name if length([for statement in data.aws_iam_policy_document.stage[name].statement : statement if contains(statement.resources, "arn:aws:s3:::open-imagery")]) > 0]) == toset(["plan", "block"])
    error_message = "Only the stages that read sources may."
  }

  assert {
    condition     = alltrue([for name, stage in local.stages : length([for statement in data.aws_iam_policy_document.stage[name].statement : statement if contains(statement.resources, "*")]) == 0])
    error_message = "No stage may do anything everywhere."
  }

  assert {
    condition = jsonencode({ for statement in data.aws_iam_policy_document.scene[0].statement : statement.sid => sort(statement.resources) if statement.sid != "DeliverLogsAndTraces" }) == jsonencode({
      CallStages   = sort([for name in ["plan", "block", "seams", "assembly", "failure"] : "arn:aws:lambda:us-east-1:123456789012:function:tesela-scene-${name}"])
      ReadBlocks   = ["arn:aws:s3:::results/scene-work/*/blocks.json"]
      RunBlocks    = ["arn:aws:states:us-east-1:123456789012:stateMachine:tesela-scene"]
      FollowBlocks = ["arn:aws:states:us-east-1:123456789012:execution:tesela-scene/*", "arn:aws:states:us-east-1:123456789012:execution:tesela-scene:*"]
    })
    error_message = "The state machine calls its stages and starts itself for blocks, nothing else."
  }

  assert {
    condition     = { for statement in data.aws_iam_policy_document.events.statement : join(",", statement.actions) => statement.resources } == { "states:StartExecution" = toset(["arn:aws:states:us-east-1:123456789012:stateMachine:tesela-scene"]) }
    error_message = "Events start the state machine, and nothing else."
  }

  assert {
    condition     = { for statement in data.aws_iam_policy_document.migrate.statement : statement.sid => join(" ", sort(statement.actions)) }["ReconcileScenes"] == "s3:DeleteObject s3:GetObject"
    error_message = "The migrate function reads ends of scenes, and writes none."
  }

  assert {
    condition     = alltrue([for action in ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"] : contains(flatten([for statement in data.aws_iam_policy_document.api.statement : statement.actions]), action) && contains(flatten([for statement in data.aws_iam_policy_document.s3_endpoint.statement : statement.actions]), action)])
    error_message = "The API can lead an upload in parts to its end, also from within its network."
  }

  assert {
    condition     = local.sources == ["arn:aws:s3:::open-imagery/*"] && contains(flatten([for statement in data.aws_iam_policy_document.s3_endpoint.statement : statement.resources]), "arn:aws:s3:::open-imagery/*")
    error_message = "The network lets the API look for sources that are buckets."
  }

  # --- The state machine and its events

  assert {
    condition     = alltrue([for name, stage in local.stages : strcontains(aws_sfn_state_machine.scene[0].definition, "\"${stage.arn}\"")]) && !strcontains(aws_sfn_state_machine.scene[0].definition, "$${")
    error_message = "The state machine calls every stage."
  }

  assert {
    condition     = aws_sfn_state_machine.scene[0].logging_configuration[0].level == "ERROR" && aws_sfn_state_machine.scene[0].tracing_configuration[0].enabled && jsondecode(aws_sfn_state_machine.scene[0].definition).TimeoutSeconds == 21600
    error_message = "Executions are logged, traced, and end."
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.scene["start"].event_pattern).detail.object.key == [{ prefix = "scene-events/" }] && jsondecode(aws_cloudwatch_event_rule.scene["end"].event_pattern).detail.object.key == [{ wildcard = "scenes/*/end.json" }] && jsondecode(aws_cloudwatch_event_rule.scene["stop"].event_pattern).detail.status == ["TIMED_OUT", "ABORTED", "FAILED"] && aws_s3_bucket_notification.results[0].eventbridge
    error_message = "S3 and Step Functions announce what starts and ends."
  }

  assert {
    condition     = toset([for name, alarm in aws_cloudwatch_metric_alarm.this : "${name} ${alarm.metric_name}" if startswith(name, "scenes")]) == toset(["scenes ExecutionsFailed", "scenes-late ExecutionsTimedOut", "scenes-start FailedInvocations"])
    error_message = "Somebody hears of executions that fail, take too long or do not start."
  }

  # --- Uploads

  assert {
    condition     = contains(flatten([for rule in aws_s3_bucket_cors_configuration.results.cors_rule : rule.expose_headers if rule.id == "upload"]), "ETag") && contains(flatten([for rule in aws_s3_bucket_cors_configuration.results.cors_rule : rule.allowed_headers if rule.id == "upload"]), "x-amz-checksum-sha256")
    error_message = "A browser may send parts with their sums, and read their ETags."
  }

  assert {
    condition     = { for rule in aws_s3_bucket_lifecycle_configuration.results.rule : rule.id => rule.expiration[0].days if startswith(rule.id, "scene") } == { scene-work = 7, scene-events = 7 } && [for rule in aws_s3_bucket_lifecycle_configuration.results.rule : rule.abort_incomplete_multipart_upload[0].days_after_initiation if rule.id == "deleted"] == [7]
    error_message = "Uploads, complete or not, go after a week."
  }
}

run "in_an_account_that_leaves_nothing_to_reserve" {
  command = plan

  variables {
    scenes_image_uri     = "repository@sha256:5f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    reserved_concurrency = -1
    scene_concurrency    = 4
  }

  assert {
    condition     = aws_lambda_function.stage["block"].reserved_concurrent_executions == -1 && aws_lambda_function.stage["plan"].environment[0].variables.TESELA_SCENE_CONCURRENCY == "4" && aws_lambda_function.stage["plan"].environment[0].variables.TESELA_SCENE_ONE_AT_A_TIME == "true"
    error_message = "Scenes leave the API its share: one at a time, with few blocks at once."
  }
}

run "limits_out_of_range" {
  command = plan

  variables {
    scene_concurrency = 0
    scene_max_km2     = 10001
    scene_month_km2   = 0
  }

  expect_failures = [var.scene_concurrency, var.scene_max_km2, var.scene_month_km2]
}

run "scenes_image_by_tag" {
  command = plan

  variables {
    scenes_image_uri = "repository:latest"
  }

  expect_failures = [var.scenes_image_uri]
}

run "sources_by_address" {
  command = plan

  variables {
    scene_sources = ["s3://open-imagery", "http://data.example.org", "https://data.example.org/path"]
  }

  expect_failures = [var.scene_sources]
}
