# Values that must not pass, each refused before anything is made.

mock_provider "aws" {
  source = "./tests/aws"
}

mock_provider "aws" {
  alias  = "global"
  source = "./tests/aws"
}

variables {
  image_uri = "repository@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
}

run "image_by_tag" {
  command = plan

  variables {
    image_uri = "repository:latest"
  }

  expect_failures = [var.image_uri]
}

run "no_image" {
  command = plan

  variables {
    image_uri = ""
  }

  expect_failures = [aws_lambda_function.api, aws_lambda_function.migrate]
}

run "timeout_past_the_api_limit" {
  command = plan

  variables {
    timeout_s = 30
  }

  expect_failures = [var.timeout_s]
}

run "everything_else_out_of_range" {
  command = plan

  variables {
    name                 = "Tesela"
    region               = "Virginia"
    memory_mb            = 512
    reserved_concurrency = 0
    function_url_auth    = "none"
    page_delivery        = "s3"
    db_instance_class    = "t4g.micro"
    db_backup_days       = 0
    stack_id             = "tesela"
    alarm_email          = "operator"
    monthly_budget_usd   = -1
  }

  expect_failures = [
    var.name,
    var.region,
    var.memory_mb,
    var.reserved_concurrency,
    var.function_url_auth,
    var.page_delivery,
    var.db_instance_class,
    var.db_backup_days,
    var.stack_id,
    var.alarm_email,
    var.monthly_budget_usd,
  ]
}

run "a_region_whose_databases_cannot_be_verified" {
  command = plan

  variables {
    region = "xx-central-1"
  }

  expect_failures = [var.region]
}
