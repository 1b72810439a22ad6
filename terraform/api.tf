# Two ways in, both to the alias. Neither has CORS or authorisation of its own but what is said here:
# the function answers preflights and checks bearer tokens itself.

# --- HTTP API: throttled and logged; the page calls it

resource "aws_apigatewayv2_api" "this" {
  name          = var.name
  description   = "Tesela's API"
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_integration" "api" {
  api_id                 = aws_apigatewayv2_api.this.id
  integration_type       = "AWS_PROXY"
  integration_uri        = aws_lambda_alias.live.invoke_arn
  payload_format_version = "2.0"
  timeout_milliseconds   = 30000 # the most there is
}

resource "aws_apigatewayv2_route" "default" {
  #checkov:skip=CKV_AWS_309:the function checks bearer tokens
  api_id    = aws_apigatewayv2_api.this.id
  route_key = "$default"
  target    = "integrations/${aws_apigatewayv2_integration.api.id}"
}

resource "aws_apigatewayv2_stage" "default" {
  api_id      = aws_apigatewayv2_api.this.id
  name        = "$default"
  auto_deploy = true

  default_route_settings {
    throttling_rate_limit  = 20 # requests per second
    throttling_burst_limit = 40
  }

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.this["access"].arn
    format = jsonencode({
      time         = "$context.requestTime"
      request_id   = "$context.requestId"             # X-Request-Id, and correlation_id in the function's log
      lambda_id    = "$context.integration.requestId" # function_request_id in the function's log
      ip           = "$context.identity.sourceIp"
      method       = "$context.httpMethod"
      path         = "$context.path"
      status       = "$context.status"
      bytes        = "$context.responseLength"
      latency_ms   = "$context.responseLatency"
      user_agent   = "$context.identity.userAgent"
      lambda_error = "$context.integrationErrorMessage"
    })
  }
}

resource "aws_lambda_permission" "http_api" {
  statement_id  = "HttpApi"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_alias.live.function_name
  qualifier     = aws_lambda_alias.live.name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.this.execution_arn}/*/$default"
}

# --- Function URL

resource "aws_lambda_function_url" "api" {
  #checkov:skip=CKV_AWS_258:the function checks bearer tokens; AWS_IAM by function_url_auth
  function_name      = aws_lambda_alias.live.function_name
  qualifier          = aws_lambda_alias.live.name
  authorization_type = local.function_url_auth
}

# A public URL needs two permissions. The second would let every AWS account call the function if
# it were not bound to calls by the URL; version 5 of the provider has no argument for that,
# CloudFormation has. The first is made by the provider itself, but only along with the URL, not
# when a URL becomes public.
resource "aws_lambda_permission" "function_url" {
  #checkov:skip=CKV_AWS_301:the function checks bearer tokens; AWS_IAM by function_url_auth
  count = local.function_url_auth == "NONE" ? 1 : 0

  statement_id           = "FunctionUrl"
  action                 = "lambda:InvokeFunctionUrl"
  function_name          = aws_lambda_alias.live.function_name
  qualifier              = aws_lambda_alias.live.name
  principal              = "*"
  function_url_auth_type = "NONE"
}

resource "aws_cloudformation_stack" "function_url" {
  count = local.function_url_auth == "NONE" ? 1 : 0

  name = "${var.name}-function-url"
  template_body = jsonencode({
    Resources = {
      InvokeByUrl = {
        Type = "AWS::Lambda::Permission"
        Properties = {
          Action                = "lambda:InvokeFunction"
          FunctionName          = aws_lambda_alias.live.arn
          Principal             = "*"
          InvokedViaFunctionUrl = true
        }
      }
    }
  })
}
