# One page of graphs, from the metrics that the function writes into its log (EMF) and AWS's own.

locals {
  emf = [for name in ["Requests", "Refused", "Failed", "SavedInObjectsAlone"] : ["Tesela", name, "service", var.name]]
  emf_ms = [
    for name in ["Total", "Decode", "Infer", "Polygons", "Lookup", "Save"] :
    ["Tesela", name, "service", var.name]
  ]

  graphs = concat([
    { title = "Answers", stat = "Sum", metrics = local.emf },
    { title = "Milliseconds by part, p95", stat = "p95", metrics = local.emf_ms },
    { title = "Milliseconds by part, median", stat = "p50", metrics = local.emf_ms },
    {
      title = "Function", stat = "Sum"
      metrics = [for name in ["Invocations", "Errors", "Throttles"] :
      ["AWS/Lambda", name, "FunctionName", local.functions.api.name]]
    },
    {
      title = "At once", stat = "Maximum"
      metrics = [
        ["AWS/Lambda", "ConcurrentExecutions", "FunctionName", local.functions.api.name],
        ["AWS/RDS", "DatabaseConnections", "DBInstanceIdentifier", aws_db_instance.this.identifier],
      ]
    },
    {
      title = "HTTP API", stat = "Sum"
      metrics = [for name in ["Count", "4xx", "5xx"] :
      ["AWS/ApiGateway", name, "ApiId", aws_apigatewayv2_api.this.id]]
    },
    {
      title = "Database: processor %, credits", stat = "Average"
      metrics = [for name in ["CPUUtilization", "CPUCreditBalance"] :
      ["AWS/RDS", name, "DBInstanceIdentifier", aws_db_instance.this.identifier]]
    },
    {
      title = "Database: bytes free", stat = "Minimum"
      metrics = [for name in ["FreeStorageSpace", "FreeableMemory"] :
      ["AWS/RDS", name, "DBInstanceIdentifier", aws_db_instance.this.identifier]]
    },
    ], local.scenes_on ? [
    {
      title = "Scenes", stat = "Sum"
      metrics = [for name in ["ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsFailed"] :
      ["AWS/States", name, "StateMachineArn", local.scene_machine_arn]]
    },
    {
      title = "Blocks of scenes", stat = "Sum"
      metrics = [for name in ["Invocations", "Errors", "Throttles"] :
      ["AWS/Lambda", name, "FunctionName", "${local.scene_name}-block"]]
    },
  ] : [])
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = jsonencode({
    widgets = [
      for place, graph in local.graphs : {
        type       = "metric"
        x          = 12 * (place % 2)
        y          = 6 * floor(place / 2)
        width      = 12
        height     = 6
        properties = merge(graph, { region = var.region, view = "timeSeries", period = 300 })
      }
    ]
  })
}
