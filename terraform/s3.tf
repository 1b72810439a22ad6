# The results: uploads and exports for a day, work on scenes for a week, predictions and scenes for as
# long as nobody deletes them.

resource "aws_s3_bucket" "results" {
  bucket        = "${var.name}-results-${local.account}-${var.region}"
  force_destroy = var.force_destroy
}

resource "aws_s3_bucket_public_access_block" "results" {
  bucket                  = aws_s3_bucket.results.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "results" {
  bucket = aws_s3_bucket.results.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "results" {
  bucket = aws_s3_bucket.results.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_versioning" "results" {
  bucket = aws_s3_bucket.results.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "results" {
  bucket = aws_s3_bucket.results.id

  rule {
    id     = "uploads"
    status = "Enabled"

    filter {
      prefix = "uploads/"
    }

    expiration {
      days = 1
    }

    noncurrent_version_expiration { # the bytes themselves, once the upload has expired
      noncurrent_days = 1
    }
  }

  # Files made for one answer that was too large; the link to them ends after minutes.
  rule {
    id     = "exports"
    status = "Enabled"

    filter {
      prefix = "exports/"
    }

    expiration {
      days = 1
    }

    noncurrent_version_expiration {
      noncurrent_days = 1
    }
  }

  # Uploads of whole scenes and what their stages hand on; a failed one resumes within the week.
  rule {
    id     = "scene-work"
    status = "Enabled"

    filter {
      prefix = "scene-work/"
    }

    expiration {
      days = 7
    }

    noncurrent_version_expiration {
      noncurrent_days = 1
    }
  }

  # What starts the processing of a scene.
  rule {
    id     = "scene-events"
    status = "Enabled"

    filter {
      prefix = "scene-events/"
    }

    expiration {
      days = 7
    }

    noncurrent_version_expiration {
      noncurrent_days = 1
    }
  }

  rule {
    id     = "deleted"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = 7 # a week to undo a deletion in
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7 # as long as an upload of a scene may take
    }
  }

  rule {
    id     = "delete-markers"
    status = "Enabled"

    filter {}

    expiration {
      expired_object_delete_marker = true
    }
  }

  depends_on = [aws_s3_bucket_versioning.results]
}

resource "aws_s3_bucket_cors_configuration" "results" {
  bucket = aws_s3_bucket.results.id

  cors_rule {
    id              = "upload"
    allowed_methods = ["PUT"]
    allowed_origins = [local.page_origin]
    allowed_headers = ["content-type", "x-amz-checksum-sha256"]
    expose_headers  = ["ETag"] # of a part
    max_age_seconds = 3600
  }

  # Browsers follow the API's redirect to a large result with `Origin: null`. The link itself is the
  # permission to read; the origin adds none.
  cors_rule {
    id              = "read"
    allowed_methods = ["GET", "HEAD"]
    allowed_origins = ["*"]
    allowed_headers = ["*"]
    expose_headers  = ["Accept-Ranges", "Content-Encoding", "Content-Length", "Content-Range", "ETag"]
    max_age_seconds = 3600
  }
}

resource "aws_s3_bucket_policy" "results" {
  bucket = aws_s3_bucket.results.id
  policy = data.aws_iam_policy_document.tls_only["results"].json

  depends_on = [aws_s3_bucket_public_access_block.results]
}

data "aws_iam_policy_document" "tls_only" {
  for_each = {
    results = aws_s3_bucket.results.arn
    page    = aws_s3_bucket.page.arn
  }

  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [each.value, "${each.value}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}
