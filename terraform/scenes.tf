# Whole scenes: a state machine and the functions of its stages, outside the VPC. Without
# scenes_image_uri there is none of it, and the API answers 501.

locals {
  scenes_on         = var.scenes_image_uri != ""
  scene_concurrency = coalesce(var.scene_concurrency, 20)
  reserves          = var.reserved_concurrency != -1
  scene_name        = "${var.name}-scene"
  scene_machine_arn = "arn:${local.partition}:states:${var.region}:${local.account}:stateMachine:${local.scene_name}"

  scene_files  = "${aws_s3_bucket.results.arn}/scenes/*"
  scene_work   = "${aws_s3_bucket.results.arn}/scene-work/*"
  scene_events = "${aws_s3_bucket.results.arn}/scene-events/*"
  source_arns  = [for source in var.scene_sources : "arn:${local.partition}:s3:::${source}" if !startswith(source, "https://")]
  sources      = [for arn in local.source_arns : "${arn}/*"]

  # What each stage may do to objects, by action.
  stages = {
    for name, stage in {
      plan = {
        memory_mb = 2048
        grants = {
          "s3:GetObject"    = concat([local.scene_files, local.scene_work], local.sources)
          "s3:PutObject"    = [local.scene_files, local.scene_work]
          "s3:DeleteObject" = [local.scene_work] # parts of an older version of the model
        }
      }
      block = {
        memory_mb = 3008
        grants = {
          "s3:GetObject" = concat([local.scene_files, local.scene_work], local.sources)
          "s3:PutObject" = [local.scene_work, "${aws_s3_bucket.results.arn}/scenes/*/problem.json"]
        }
      }
      seams = {
        memory_mb = 3008
        grants = {
          "s3:GetObject" = [local.scene_files, local.scene_work]
          "s3:PutObject" = [local.scene_work, "${aws_s3_bucket.results.arn}/scenes/*/problem.json", "${aws_s3_bucket.results.arn}/scenes/*/stage.json"]
        }
      }
      assembly = {
        memory_mb = 3008
        grants = {
          "s3:GetObject"            = [local.scene_files, local.scene_work]
          "s3:PutObject"            = [local.scene_files]
          "s3:AbortMultipartUpload" = [local.scene_files]
          "s3:DeleteObject"         = [local.scene_work, local.scene_events]
        }
      }
      failure = {
        memory_mb = 1024
        grants = {
          "s3:GetObject"    = [local.scene_files]
          "s3:PutObject"    = ["${aws_s3_bucket.results.arn}/scenes/*/end.json"]
          "s3:DeleteObject" = [local.scene_files, local.scene_work, local.scene_events] # of a scene that was deleted meanwhile
        }
      }
      } : name => merge(stage, {
        name = "${local.scene_name}-${name}"
        arn  = "arn:${local.partition}:lambda:${var.region}:${local.account}:function:${local.scene_name}-${name}"
    }) if local.scenes_on
  }
}

resource "aws_lambda_function" "stage" {
  #checkov:skip=CKV_AWS_117:without a database they need no VPC, and S3 needs no endpoint
  #checkov:skip=CKV_AWS_115:of a scene each of them runs once; blocks are held to scene_concurrency
  for_each = local.stages

  function_name = each.value.name
  description   = "Stage of whole scenes: ${each.key}"
  role          = aws_iam_role.stage[each.key].arn
  package_type  = "Image"
  image_uri     = var.scenes_image_uri
  architectures = ["x86_64"]
  memory_size   = each.value.memory_mb
  timeout       = 900
  # All scenes together: what is over it waits, and the API keeps its own reserve. Where the account's
  # limit leaves nothing to reserve, scenes are processed one at a time instead.
  reserved_concurrent_executions = each.key == "block" && local.reserves ? local.scene_concurrency : -1

  ephemeral_storage {
    size = each.key == "assembly" ? 10240 : 512 # polygons, while they are written
  }

  image_config {
    command = ["tesela.stages.handler"]
  }

  environment {
    variables = {
      POWERTOOLS_SERVICE_NAME    = var.name
      TESELA_BUCKET              = aws_s3_bucket.results.bucket
      TESELA_SCENE_CONCURRENCY   = tostring(local.scene_concurrency)
      TESELA_SCENE_MAX_KM2       = tostring(var.scene_max_km2)
      TESELA_SCENE_ONE_AT_A_TIME = tostring(!local.reserves)
      TESELA_SCENE_SOURCES       = join(",", var.scene_sources)
      TESELA_THREADS             = tostring(ceil(each.value.memory_mb / 1769)) # Lambda's cores
    }
  }

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.stage[each.key].name
  }

  depends_on = [aws_ecr_repository_policy.this, aws_iam_role_policy.stage]
}

resource "aws_cloudwatch_log_group" "stage" {
  for_each = local.stages

  name              = "/aws/lambda/${each.value.name}"
  retention_in_days = 30
}

resource "aws_iam_role" "stage" {
  for_each = local.stages

  name               = "${local.global_name}-scene-${each.key}"
  description        = "Execution role of the function ${each.value.name}"
  assume_role_policy = data.aws_iam_policy_document.assume["lambda"].json
}

resource "aws_iam_role_policy" "stage" {
  for_each = local.stages

  name   = "stage"
  role   = aws_iam_role.stage[each.key].id
  policy = data.aws_iam_policy_document.stage[each.key].json
}

data "aws_iam_policy_document" "stage" {
  for_each = local.stages

  statement {
    sid       = "Log"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.stage[each.key].arn}:*"]
  }

  # The whole bucket: without it S3 answers 403, not 404, for an object that is not there.
  statement {
    sid       = "ListObjects"
    actions   = ["s3:ListBucket"]
    resources = concat([aws_s3_bucket.results.arn], length(setintersection(each.value.grants["s3:GetObject"], local.sources)) > 0 ? local.source_arns : [])
  }

  dynamic "statement" {
    for_each = each.value.grants

    content {
      actions   = [statement.key]
      resources = statement.value
    }
  }
}

# --- The state machine

resource "aws_sfn_state_machine" "scene" {
  count = local.scenes_on ? 1 : 0

  name       = local.scene_name
  role_arn   = aws_iam_role.scene[0].arn
  definition = templatefile("${path.module}/scenes.asl.json", { for name, stage in local.stages : name => stage.arn })

  logging_configuration {
    level                  = "ERROR"
    include_execution_data = true # names of objects
    log_destination        = "${aws_cloudwatch_log_group.scene[0].arn}:*"
  }

  tracing_configuration {
    enabled = true
  }

  depends_on = [aws_iam_role_policy.scene, aws_lambda_function.stage]
}

# Below /aws/vendedlogs/ the policy by which AWS delivers logs does not grow with each group.
resource "aws_cloudwatch_log_group" "scene" {
  count = local.scenes_on ? 1 : 0

  name              = "/aws/vendedlogs/states/${local.scene_name}"
  retention_in_days = 30
}

resource "aws_iam_role" "scene" {
  count = local.scenes_on ? 1 : 0

  name               = "${local.global_name}-scene"
  description        = "Runs the stages of whole scenes"
  assume_role_policy = data.aws_iam_policy_document.assume["states"].json
}

resource "aws_iam_role_policy" "scene" {
  count = local.scenes_on ? 1 : 0

  name   = "stages"
  role   = aws_iam_role.scene[0].id
  policy = data.aws_iam_policy_document.scene[0].json
}

data "aws_iam_policy_document" "scene" {
  #checkov:skip=CKV_AWS_111:AWS cannot narrow the delivery of logs and traces
  #checkov:skip=CKV_AWS_356:the same
  count = local.scenes_on ? 1 : 0

  statement {
    sid       = "CallStages"
    actions   = ["lambda:InvokeFunction"]
    resources = [for stage in local.stages : stage.arn]
  }

  statement {
    sid       = "ReadBlocks"
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.results.arn}/scene-work/*/blocks.json"]
  }

  # Each block is an execution of its own.
  statement {
    sid       = "RunBlocks"
    actions   = ["states:StartExecution"]
    resources = [local.scene_machine_arn]
  }

  statement {
    sid       = "FollowBlocks"
    actions   = ["states:DescribeExecution", "states:StopExecution", "states:RedriveExecution"]
    resources = [for end in [":*", "/*"] : "${replace(local.scene_machine_arn, ":stateMachine:", ":execution:")}${end}"]
  }

  statement {
    sid = "DeliverLogsAndTraces"
    actions = [
      "logs:CreateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:DescribeLogGroups",
      "logs:DescribeResourcePolicies",
      "logs:GetLogDelivery",
      "logs:ListLogDeliveries",
      "logs:PutResourcePolicy",
      "logs:UpdateLogDelivery",
      "xray:GetSamplingRules",
      "xray:GetSamplingTargets",
      "xray:PutTelemetryRecords",
      "xray:PutTraceSegments",
    ]
    resources = ["*"]
  }
}
