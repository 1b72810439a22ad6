# Once a day both functions run. It rebuilds rows that the database missed, and a function that nobody
# has called for two weeks would lose its network interfaces: the next call would fail.

resource "aws_scheduler_schedule_group" "this" {
  name = var.name
}

locals {
  daily = {
    reconcile = {
      function = aws_lambda_function.migrate.arn
      event    = { command = "reconcile" }
    }
    awake = { # as the HTTP API sends it
      function = aws_lambda_alias.live.arn
      event = {
        version        = "2.0"
        routeKey       = "$default"
        rawPath        = "/health"
        rawQueryString = ""
        headers        = { host = "scheduler" }
        requestContext = {
          accountId    = local.account
          authorizer   = { iam = { accountId = local.account } } # the role's permission to call it
          apiId        = "scheduler"
          domainName   = "scheduler"
          domainPrefix = "scheduler"
          http         = { method = "GET", path = "/health", protocol = "HTTP/1.1", sourceIp = "127.0.0.1", userAgent = "EventBridge Scheduler" }
          requestId    = "<aws.scheduler.execution-id>"
          routeKey     = "$default"
          stage        = "$default"
          time         = "01/Jan/2026:00:00:00 +0000"
          timeEpoch    = 0
        }
        isBase64Encoded = false
      }
    }
  }
}

resource "aws_scheduler_schedule" "daily" {
  for_each = local.daily

  name                = each.key
  group_name          = aws_scheduler_schedule_group.this.name
  schedule_expression = "rate(1 day)"

  flexible_time_window {
    mode                      = "FLEXIBLE"
    maximum_window_in_minutes = 60
  }

  target {
    arn      = each.value.function
    role_arn = aws_iam_role.scheduler.arn
    input    = replace(replace(jsonencode(each.value.event), "\\u003c", "<"), "\\u003e", ">")

    retry_policy {
      maximum_event_age_in_seconds = 3600
      maximum_retry_attempts       = 2 # a function that was inactive fails the first time
    }
  }

  depends_on = [aws_iam_role_policy.scheduler]
}

resource "aws_iam_role" "scheduler" {
  name               = "${local.global_name}-scheduler"
  description        = "Calls both functions once a day"
  assume_role_policy = data.aws_iam_policy_document.assume["scheduler"].json
}

resource "aws_iam_role_policy" "scheduler" {
  name   = "invoke"
  role   = aws_iam_role.scheduler.id
  policy = data.aws_iam_policy_document.scheduler.json
}

data "aws_iam_policy_document" "scheduler" {
  statement {
    sid       = "InvokeBoth"
    actions   = ["lambda:InvokeFunction"]
    resources = [for daily in local.daily : daily.function]
  }
}
