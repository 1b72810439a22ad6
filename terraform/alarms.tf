# Alarms and the budget write to one topic, and it writes e-mail.

resource "aws_sns_topic" "alarms" {
  name = "${var.name}-alarms"
}

resource "aws_sns_topic_policy" "alarms" {
  arn    = aws_sns_topic.alarms.arn
  policy = data.aws_iam_policy_document.alarms.json
}

data "aws_iam_policy_document" "alarms" {
  statement {
    sid       = "PublishByAlarmsOfThisAccount"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.alarms.arn]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

resource "aws_sns_topic_subscription" "email" {
  count = var.alarm_email == "" ? 0 : 1

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = var.alarm_email
}

locals {
  of_function = { FunctionName = local.functions.api.name }
  of_migrate  = { FunctionName = local.functions.migrate.name }
  of_stack    = { service = var.name }
  of_api      = { ApiId = aws_apigatewayv2_api.this.id }
  of_database = { DBInstanceIdentifier = aws_db_instance.this.identifier }

  alarms = merge({
    errors = {
      why        = "The function failed or ran out of time 5 times in 5 minutes."
      metric     = "AWS/Lambda Errors"
      dimensions = local.of_function
      statistic  = "Sum"
      at_least   = 5
    }
    throttles = {
      why        = "More requests at once than reserved_concurrency allows."
      metric     = "AWS/Lambda Throttles"
      dimensions = local.of_function
      statistic  = "Sum"
      at_least   = 1
    }
    duration = {
      why        = "One request in twenty takes over four fifths of timeout_s."
      metric     = "AWS/Lambda Duration"
      dimensions = local.of_function
      statistic  = "p95"
      at_least   = var.timeout_s * 1000 * 0.8 # ms
    }
    latency = {
      why        = "One request in twenty takes over 20 seconds at the HTTP API, a function's first start counted."
      metric     = "AWS/ApiGateway Latency"
      dimensions = local.of_api
      statistic  = "p95"
      at_least   = 20000 # ms; large images take 5 to 10 s
    }
    failures = {
      why        = "The API answered 5xx 5 times in 5 minutes."
      metric     = "AWS/ApiGateway 5xx"
      dimensions = local.of_api
      statistic  = "Sum"
      at_least   = 5
    }
    connections = {
      why        = "More database connections than the functions should hold: one each, at most 50 at once."
      metric     = "AWS/RDS DatabaseConnections"
      dimensions = local.of_database
      statistic  = "Maximum"
      at_least   = 60 # db.t4g.micro takes about 80, larger classes more
    }
    storage = {
      why        = "The database has less than 1 GiB left: it has stopped growing by itself, which it does from 2 GiB on."
      metric     = "AWS/RDS FreeStorageSpace"
      dimensions = local.of_database
      statistic  = "Minimum"
      at_most    = 1024 * 1024 * 1024
    }
    memory = {
      why        = "The database has less than 150 MB of memory left, and IAM logins may fail: take db.t4g.small."
      metric     = "AWS/RDS FreeableMemory"
      dimensions = local.of_database
      statistic  = "Average"
      at_most    = 150 * 1000 * 1000
    }
    credits = {
      why        = "The database has used up its processor credits: more of them are charged for."
      metric     = "AWS/RDS CPUCreditBalance"
      dimensions = local.of_database
      statistic  = "Minimum"
      at_most    = 10
    }
    migrate = {
      why        = "The daily reconciliation, or a migration, has failed."
      metric     = "AWS/Lambda Errors"
      dimensions = local.of_migrate
      statistic  = "Sum"
      at_least   = 1
    }
    database = {
      why        = "Predictions were kept in S3 alone, as the database was away; the daily reconciliation adds their rows."
      metric     = "Tesela SavedInObjectsAlone"
      dimensions = local.of_stack
      statistic  = "Sum"
      at_least   = 1
    }
    rows = {
      why        = "The daily reconciliation found predictions without rows: the database was down when they were made."
      metric     = "Tesela RowsRebuilt"
      dimensions = local.of_stack
      statistic  = "Sum"
      at_least   = 1
    }
    }, local.scenes_on ? {
    scenes = {
      why        = "The processing of a scene failed for no fault of the scene."
      metric     = "AWS/States ExecutionsFailed"
      dimensions = { StateMachineArn = local.scene_machine_arn }
      statistic  = "Sum"
      at_least   = 1
    }
    scenes-late = {
      why        = "The processing of a scene was stopped after 6 hours."
      metric     = "AWS/States ExecutionsTimedOut"
      dimensions = { StateMachineArn = local.scene_machine_arn }
      statistic  = "Sum"
      at_least   = 1
    }
    scenes-start = {
      why        = "A scene was ordered, and EventBridge could not start its processing: call complete again."
      metric     = "AWS/Events FailedInvocations"
      dimensions = { RuleName = "${local.scene_name}-start" }
      statistic  = "Sum"
      at_least   = 1
    }
  } : {})
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.why
  namespace           = split(" ", each.value.metric)[0]
  metric_name         = split(" ", each.value.metric)[1]
  dimensions          = each.value.dimensions
  statistic           = startswith(each.value.statistic, "p") ? null : each.value.statistic
  extended_statistic  = startswith(each.value.statistic, "p") ? each.value.statistic : null
  comparison_operator = can(each.value.at_most) ? "LessThanOrEqualToThreshold" : "GreaterThanOrEqualToThreshold"
  threshold           = try(each.value.at_most, each.value.at_least)
  period              = 300
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

# The whole account: a budget by tag stays at 0 until somebody activates the tag for billing.
resource "aws_budgets_budget" "monthly" {
  count = var.monthly_budget_usd > 0 ? 1 : 0

  name         = "${local.global_name}-monthly"
  budget_type  = "COST"
  time_unit    = "MONTHLY"
  limit_amount = tostring(var.monthly_budget_usd)
  limit_unit   = "USD"

  notification {
    notification_type         = "FORECASTED"
    comparison_operator       = "GREATER_THAN"
    threshold                 = 100
    threshold_type            = "PERCENTAGE"
    subscriber_sns_topic_arns = [aws_sns_topic_policy.alarms.arn]
  }

  notification {
    notification_type         = "ACTUAL"
    comparison_operator       = "GREATER_THAN"
    threshold                 = 80
    threshold_type            = "PERCENTAGE"
    subscriber_sns_topic_arns = [aws_sns_topic_policy.alarms.arn]
  }
}
