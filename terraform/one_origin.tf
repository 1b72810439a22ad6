# Optional: page and API at one address, behind one firewall. The other addresses are closed then: the
# function URL by IAM, the HTTP API by a key that the distribution alone sends.

locals {
  if_one_origin = var.one_origin ? ["yes"] : []
  api_url       = var.one_origin ? "${local.page_origin}/api" : aws_apigatewayv2_api.this.api_endpoint

  # Not a secret like a token: who knows it passes the firewall by, and still needs a token. It follows
  # from the stack's id, so the state holds nothing that it did not hold before.
  origin_key        = var.one_origin ? sha256("${var.stack_id}: one origin") : ""
  function_url_auth = var.one_origin ? "AWS_IAM" : var.function_url_auth

  # AWS's groups of rules. Not the common one: it reads bodies as text, and these are images.
  firewall_groups = ["AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesKnownBadInputsRuleSet"]
}

resource "aws_wafv2_web_acl" "page" {
  #checkov:skip=CKV2_AWS_31:logs of the firewall: its metrics count what it blocks, the access log what passes
  count    = var.one_origin ? 1 : 0
  provider = aws.global

  name        = local.global_name
  description = "Stack ${var.stack_id}: page and API"
  scope       = "CLOUDFRONT"

  default_action {
    allow {}
  }

  rule {
    name     = "requests-per-address"
    priority = 0

    action {
      block {}
    }

    statement {
      rate_based_statement {
        aggregate_key_type = "IP"
        limit              = 1000 # in five minutes, of the API alone

        scope_down_statement {
          byte_match_statement {
            search_string         = "/api/"
            positional_constraint = "STARTS_WITH"

            field_to_match {
              uri_path {}
            }

            text_transformation {
              priority = 0
              type     = "NONE"
            }
          }
        }
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${local.global_name}-requests-per-address"
      sampled_requests_enabled   = true
    }
  }

  dynamic "rule" {
    for_each = local.firewall_groups
    content {
      name     = rule.value
      priority = rule.key + 1

      override_action {
        none {}
      }

      statement {
        managed_rule_group_statement {
          vendor_name = "AWS"
          name        = rule.value
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = "${local.global_name}-${rule.value}"
        sampled_requests_enabled   = true
      }
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = local.global_name
    sampled_requests_enabled   = true
  }

  lifecycle {
    create_before_destroy = true # so the distribution lets go of it before it is removed
  }
}
