# The page: a bucket with the files of dashboard_static/ and config.json, behind CloudFront or as an
# S3 website. cloudfront.tf has the former.

locals {
  by_cloudfront = var.page_delivery == "cloudfront"
  page_origin = (
    local.by_cloudfront
    ? "https://${aws_cloudfront_distribution.page[0].domain_name}"
    : "http://${aws_s3_bucket_website_configuration.page[0].website_endpoint}"
  )

  page_folder = "${path.module}/../dashboard_static"
  content_types = { # by extension, else name; a file of another kind fails the plan
    LICENSE     = "text/plain; charset=utf-8"
    VERSION     = "text/plain; charset=utf-8"
    css         = "text/css; charset=utf-8"
    html        = "text/html; charset=utf-8"
    ico         = "image/vnd.microsoft.icon"
    js          = "text/javascript; charset=utf-8"
    json        = "application/json"
    mjs         = "text/javascript; charset=utf-8"
    png         = "image/png"
    svg         = "image/svg+xml"
    tif         = "image/tiff"
    txt         = "text/plain; charset=utf-8"
    webmanifest = "application/manifest+json"
    webp        = "image/webp"
    woff2       = "font/woff2"
  }
  # What may be a day old. The rest is code: asked for each time, answered 304 when unchanged, so
  # that no browser mixes the modules of two versions.
  lasting = ["png", "svg", "tif", "webp", "woff2"]

  page_files = {
    for file in fileset(local.page_folder, "**") :
    file => reverse(split(".", basename(file)))[0] # the extension
  }
}

resource "aws_s3_bucket" "page" {
  #checkov:skip=CKV_AWS_21:every version is in the repository
  #checkov:skip=CKV2_AWS_61:nothing in it ages
  bucket        = "${var.name}-page-${local.account}-${var.region}"
  force_destroy = true # every file is in the repository
}

resource "aws_s3_bucket_public_access_block" "page" {
  bucket                  = aws_s3_bucket.page.id
  block_public_acls       = true
  ignore_public_acls      = true
  block_public_policy     = local.by_cloudfront
  restrict_public_buckets = local.by_cloudfront
}

resource "aws_s3_bucket_ownership_controls" "page" {
  bucket = aws_s3_bucket.page.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "page" {
  bucket = aws_s3_bucket.page.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_website_configuration" "page" {
  count = local.by_cloudfront ? 0 : 1

  bucket = aws_s3_bucket.page.id

  index_document {
    suffix = "index.html"
  }
}

resource "aws_s3_bucket_policy" "page" {
  bucket = aws_s3_bucket.page.id
  policy = (
    local.by_cloudfront
    ? data.aws_iam_policy_document.page_by_cloudfront[0].json
    : data.aws_iam_policy_document.page_by_anyone.json
  )

  depends_on = [aws_s3_bucket_public_access_block.page]
}

data "aws_iam_policy_document" "page_by_anyone" {
  statement {
    sid       = "ReadByAnyone"
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.page.arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}

# --- What is in it

resource "aws_s3_object" "page" {
  for_each = local.page_files

  bucket        = aws_s3_bucket.page.id
  key           = each.key
  source        = "${local.page_folder}/${each.key}"
  source_hash   = filemd5("${local.page_folder}/${each.key}")
  content_type  = local.content_types[each.value]
  cache_control = contains(local.lasting, each.value) ? "public, max-age=86400" : "no-cache"
}

resource "aws_s3_object" "config" {
  bucket        = aws_s3_bucket.page.id
  key           = "config.json"
  content_type  = local.content_types["json"]
  cache_control = "no-cache"
  content = jsonencode(merge(
    jsondecode(file("${path.module}/../lambda_image/tesela/catalogue.json")),
    jsondecode(file("${path.module}/../lambda_image/tesela/page.json")), # written by `make page-config`
    {
      apiUrl  = local.api_url
      basemap = var.page_basemap
      scenes  = local.scenes_on ? { max_km2 = var.scene_max_km2 } : null
      version = regex("(?m)^version = \"(.+)\"$", file("${path.module}/../pyproject.toml"))[0]
    },
  ))
}
