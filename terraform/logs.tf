resource "aws_cloudwatch_log_group" "this" {
  for_each = {
    api      = "/aws/lambda/${local.functions.api.name}"
    migrate  = "/aws/lambda/${local.functions.migrate.name}"
    access   = "/aws/apigateway/${var.name}"
    database = "/aws/rds/instance/${var.name}/postgresql" # where RDS exports to
  }

  name              = each.value
  retention_in_days = 30
}
