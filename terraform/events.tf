# S3 announces two kinds of objects: the API writes one to start a scene, as in its network it reaches S3
# alone, and a stage writes one when the scene has ended. Events come at least once, in any order.

locals {
  scene_rules = {
    for name, rule in {
      start = {
        description = "A scene was ordered"
        pattern     = local.scene_patterns.start
      }
      end = {
        description = "A scene has ended"
        pattern     = local.scene_patterns.end
      }
      stop = {
        description = "The processing of a scene ran out of time, was stopped, or failed"
        pattern = {
          source      = ["aws.states"]
          detail-type = ["Step Functions Execution Status Change"]
          detail      = { stateMachineArn = [local.scene_machine_arn], status = ["TIMED_OUT", "ABORTED", "FAILED"] }
        }
      }
    } : name => rule if local.scenes_on
  }

  scene_patterns = {
    for name, key in { start = { prefix = "scene-events/" }, end = { wildcard = "scenes/*/end.json" } } : name => {
      source                 = ["aws.s3"]
      detail-type            = ["Object Created"]
      detail                 = { bucket = { name = [aws_s3_bucket.results.bucket] }, object = { key = [key] } }
    }
  }
}

resource "aws_s3_bucket_notification" "results" {
  count = local.scenes_on ? 1 : 0

  bucket      = aws_s3_bucket.results.id
  eventbridge = true
}

resource "aws_cloudwatch_event_rule" "scene" {
  for_each = local.scene_rules

  name          = "${local.scene_name}-${each.key}"
  description   = each.value.description
  event_pattern = jsonencode(each.value.pattern)
}

# --- Started: the state machine gets the event

resource "aws_cloudwatch_event_target" "start" {
  count = local.scenes_on ? 1 : 0

  rule      = aws_cloudwatch_event_rule.scene["start"].name
  target_id = "start"
  arn       = aws_sfn_state_machine.scene[0].arn
  role_arn  = aws_iam_role.events[0].arn

  retry_policy {
    maximum_event_age_in_seconds = 86400
    maximum_retry_attempts       = 185
  }

  depends_on = [aws_iam_role_policy.events]
}

resource "aws_iam_role" "events" {
  count = local.scenes_on ? 1 : 0

  name               = "${local.global_name}-events"
  description        = "Starts the processing of scenes"
  assume_role_policy = data.aws_iam_policy_document.assume["events"].json
}

resource "aws_iam_role_policy" "events" {
  count = local.scenes_on ? 1 : 0

  name   = "start"
  role   = aws_iam_role.events[0].id
  policy = data.aws_iam_policy_document.events.json
}

data "aws_iam_policy_document" "events" {
  statement {
    sid       = "StartScenes"
    actions   = ["states:StartExecution"]
    resources = [local.scene_machine_arn]
  }
}

# --- Stopped: no state of the machine comes after that, so the stage of failures gets the event. Of what
# failed it has recorded the end before, unless it was that stage that failed.

resource "aws_cloudwatch_event_target" "stop" {
  count = local.scenes_on ? 1 : 0

  rule      = aws_cloudwatch_event_rule.scene["stop"].name
  target_id = "stop"
  arn       = aws_lambda_function.stage["failure"].arn
}

resource "aws_lambda_permission" "stop" {
  count = local.scenes_on ? 1 : 0

  statement_id  = "StoppedScene"
  function_name = aws_lambda_function.stage["failure"].function_name
  action        = "lambda:InvokeFunction"
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.scene["stop"].arn
}

# --- Ended: its row follows, as the stages have no database

resource "aws_cloudwatch_event_target" "end" {
  count = local.scenes_on ? 1 : 0

  rule      = aws_cloudwatch_event_rule.scene["end"].name
  target_id = "end"
  arn       = aws_lambda_function.migrate.arn

  input_transformer {
    input_paths    = { key = "$.detail.object.key" }
    input_template = "{\"command\": \"reconcile\", \"scene\": <key>}"
  }

  retry_policy {
    maximum_event_age_in_seconds = 3600 # the daily reconciliation sees what was missed
    maximum_retry_attempts       = 10
  }
}

resource "aws_lambda_permission" "end" {
  count = local.scenes_on ? 1 : 0

  statement_id  = "EndOfScene"
  function_name = aws_lambda_function.migrate.function_name
  action        = "lambda:InvokeFunction"
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.scene["end"].arn
}
