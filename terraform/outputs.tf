output "page_url" {
  description = "Address and origin of the page, without a slash at the end."
  value       = local.page_origin
}

output "api_url" {
  description = "API as the page calls it: the HTTP API or, with one_origin, the page's distribution; without a slash at the end."
  value       = local.api_url
}

output "function_url" {
  description = "The same API by the function URL, without a slash at the end."
  value       = trimsuffix(aws_lambda_function_url.api.function_url, "/")
}

output "stack_id" {
  description = "Value of the tag StackId of everything here."
  value       = var.stack_id
}

output "region" {
  description = "AWS region of the stack."
  value       = var.region
}

output "repository_url" {
  description = "ECR repository to push the image to."
  value       = aws_ecr_repository.this.repository_url
}

output "api_function" {
  description = "Name of the function that answers requests."
  value       = aws_lambda_function.api.function_name
}

output "api_alias" {
  description = "Alias that the HTTP API and the function URL call."
  value       = aws_lambda_alias.live.name
}

output "access_list" {
  description = "Bucket and key of the object that lists the tokens."
  value       = "${aws_s3_bucket.results.bucket}/${local.access_object}"
}

output "access_log_group" {
  description = "Log group of the HTTP API."
  value       = aws_cloudwatch_log_group.this["access"].name
}

output "migrate_function" {
  description = "Name of the function that migrates and reconciles the database."
  value       = aws_lambda_function.migrate.function_name
}

output "scenes_image_uri" {
  description = "Image of the stages of whole scenes; empty: the API refuses scenes."
  value       = var.scenes_image_uri
}

output "scene_state_machine" {
  description = "State machine that processes whole scenes; null without them."
  value       = one(aws_sfn_state_machine.scene[*].arn)
}

output "results_bucket" {
  description = "Bucket of uploads and predictions."
  value       = aws_s3_bucket.results.bucket
}

output "page_bucket" {
  description = "Bucket of the page's files."
  value       = aws_s3_bucket.page.bucket
}

output "page_distribution" {
  description = "CloudFront distribution of the page; empty with page_delivery = s3-website."
  value       = one(aws_cloudfront_distribution.page[*].id)
}

output "database_secret_arn" {
  description = "Secret of the database's master user, managed by RDS; the deployer reads it for the bootstrap."
  value       = aws_db_instance.this.master_user_secret[0].secret_arn
}

output "log_group" {
  description = "Log group of the api function."
  value       = aws_cloudwatch_log_group.this["api"].name
}

output "migrate_log_group" {
  description = "Log group of the migrate function."
  value       = aws_cloudwatch_log_group.this["migrate"].name
}

output "dashboard_url" {
  description = "CloudWatch dashboard of the stack."
  value       = "https://${var.region}.console.aws.amazon.com/cloudwatch/home?region=${var.region}#dashboards:name=${aws_cloudwatch_dashboard.this.dashboard_name}"
}

output "alarms_topic" {
  description = "SNS topic that alarms and the budget write to."
  value       = aws_sns_topic.alarms.arn
}
