resource "aws_cloudfront_distribution" "page" {
  count = local.by_cloudfront ? 1 : 0

  comment             = "${local.global_name}: the page"
  enabled             = true
  is_ipv6_enabled     = true
  http_version        = "http2and3"
  default_root_object = "index.html"
  web_acl_id          = one(aws_wafv2_web_acl.page[*].arn)

  origin {
    origin_id                = "page"
    domain_name              = aws_s3_bucket.page.bucket_regional_domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.page[0].id
  }

  dynamic "origin" { # the HTTP API
    for_each = local.if_one_origin
    content {
      origin_id   = "api"
      domain_name = trimprefix(aws_apigatewayv2_api.this.api_endpoint, "https://")

      custom_origin_config {
        http_port              = 80
        https_port             = 443
        origin_protocol_policy = "https-only"
        origin_ssl_protocols   = ["TLSv1.2"]
        origin_read_timeout    = 31 # a second more than the HTTP API waits
      }

      custom_header {
        name  = "X-Tesela-Origin-Key"
        value = local.origin_key
      }
    }
  }

  default_cache_behavior {
    target_origin_id           = "page"
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["GET", "HEAD"]
    cached_methods             = ["GET", "HEAD"]
    compress                   = true
    cache_policy_id            = "658327ea-f89d-4fab-a63d-7e88639e58f6" # AWS's CachingOptimized
    response_headers_policy_id = aws_cloudfront_response_headers_policy.page[0].id
  }

  dynamic "ordered_cache_behavior" {
    for_each = local.if_one_origin
    content {
      path_pattern             = "/api/*"
      target_origin_id         = "api"
      viewer_protocol_policy   = "https-only" # a redirect would come after the token was sent in the clear
      allowed_methods          = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
      cached_methods           = ["GET", "HEAD"]
      compress                 = false                                  # the function does
      cache_policy_id          = "4135ea2d-6844-44df-9cc1-5b1d1ef13d8a" # AWS's CachingDisabled
      origin_request_policy_id = "b689b0a8-53d0-40ab-baf2-68738e2966ac" # AWS's AllViewerExceptHostHeader
    }
  }

  # CloudFront would repeat an error for ten seconds, such as 404 for what exists by now.
  dynamic "custom_error_response" {
    for_each = var.one_origin ? [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504] : []
    content {
      error_code            = custom_error_response.value
      error_caching_min_ttl = 0
    }
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = true
  }
}

resource "aws_cloudfront_origin_access_control" "page" {
  count = local.by_cloudfront ? 1 : 0

  name                              = "${local.global_name}-page"
  description                       = "Stack ${var.stack_id}" # it takes no tags
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

data "aws_iam_policy_document" "page_by_cloudfront" {
  count = local.by_cloudfront ? 1 : 0

  source_policy_documents = [data.aws_iam_policy_document.tls_only["page"].json]

  statement {
    sid       = "ReadByTheDistribution"
    actions   = ["s3:GetObject", "s3:ListBucket"] # listing: what is not there is answered 404, not 403
    resources = [aws_s3_bucket.page.arn, "${aws_s3_bucket.page.arn}/*"]

    principals {
      type        = "Service"
      identifiers = ["cloudfront.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_cloudfront_distribution.page[0].arn]
    }
  }
}

# --- Headers of every answer; the same as of `make run`, which the page's tests run against

locals {
  page_may_ask = join(" ", concat(
    var.one_origin ? [] : [aws_apigatewayv2_api.this.api_endpoint],
    ["https://${aws_s3_bucket.results.bucket_regional_domain_name}"],
  ))

  basemap_origin = var.page_basemap == null ? "" : " ${regex("^https://[^/]+", var.page_basemap.url)}"

  content_security_policy = join("; ", [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'", # Plotly's, narrowed by the page itself
    "img-src 'self' data: blob: ${local.page_may_ask}",
    "font-src 'self'",
    "connect-src 'self' ${local.page_may_ask}${local.basemap_origin}", # large results are redirects to S3
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ])
}

resource "aws_cloudfront_response_headers_policy" "page" {
  count = local.by_cloudfront ? 1 : 0

  name    = "${local.global_name}-page"
  comment = "Stack ${var.stack_id}" # it takes no tags

  security_headers_config {
    content_security_policy {
      content_security_policy = local.content_security_policy
      override                = true
    }

    content_type_options {
      override = true
    }

    frame_options {
      frame_option = "DENY"
      override     = true
    }

    referrer_policy {
      referrer_policy = "strict-origin-when-cross-origin"
      override        = true
    }

    strict_transport_security {
      access_control_max_age_sec = 31536000 # a year
      override                   = true
    }
  }

  custom_headers_config {
    items {
      header   = "Cross-Origin-Opener-Policy"
      value    = "same-origin"
      override = true
    }

    items {
      header   = "Permissions-Policy"
      value    = "camera=(), geolocation=(), microphone=()"
      override = true
    }
  }
}
