# Functions and database alone, with no way to or from the internet: S3 is reached by a gateway,
# which costs nothing, IAM tokens are signed inside the function, and Lambda itself ships the logs.
resource "aws_vpc" "this" {
  cidr_block           = "10.42.0.0/24"
  enable_dns_hostnames = true

  tags = { Name = var.name }
}

resource "aws_subnet" "private" {
  count = 2 # RDS asks for two zones

  vpc_id            = aws_vpc.this.id
  cidr_block        = cidrsubnet(aws_vpc.this.cidr_block, 2, count.index)
  availability_zone = data.aws_availability_zones.this.names[count.index]

  tags = { Name = "${var.name}-private-${count.index + 1}" }

  depends_on = [aws_iam_role_policy.network] # see there
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.name}-private" }
}

resource "aws_route_table_association" "private" {
  count = length(aws_subnet.private)

  subnet_id      = aws_subnet.private[count.index].id
  route_table_id = aws_route_table.private.id
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.this.id
  service_name    = "com.amazonaws.${var.region}.s3"
  route_table_ids = [aws_route_table.private.id]
  policy          = data.aws_iam_policy_document.s3_endpoint.json

  tags = { Name = "${var.name}-s3" }
}

data "aws_iam_policy_document" "s3_endpoint" {
  #checkov:skip=CKV_AWS_283:whoever is in the network; roles and bucket say who may do what
  statement {
    sid       = "ResultsOnly"
    actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
    resources = [aws_s3_bucket.results.arn, "${aws_s3_bucket.results.arn}/*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
  }

  dynamic "statement" {
    for_each = length(local.sources) > 0 ? ["FindSources"] : []

    content {
      sid       = statement.value
      actions   = ["s3:GetObject", "s3:ListBucket"]
      resources = concat(local.source_arns, local.sources)

      principals {
        type        = "AWS"
        identifiers = ["*"]
      }
    }
  }
}

# --- Who may talk to whom

resource "aws_default_security_group" "this" { # without a rule: nobody
  vpc_id = aws_vpc.this.id
}

resource "aws_security_group" "functions" {
  name        = "${var.name}-functions"
  description = "Functions"
  vpc_id      = aws_vpc.this.id

  depends_on = [aws_iam_role_policy.network] # see there
}

resource "aws_security_group" "database" {
  name        = "${var.name}-database"
  description = "PostgreSQL"
  vpc_id      = aws_vpc.this.id
}

resource "aws_vpc_security_group_egress_rule" "functions_to_database" {
  description                  = "PostgreSQL"
  security_group_id            = aws_security_group.functions.id
  referenced_security_group_id = aws_security_group.database.id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

resource "aws_vpc_security_group_egress_rule" "functions_to_s3" {
  description       = "S3 by the gateway"
  security_group_id = aws_security_group.functions.id
  prefix_list_id    = aws_vpc_endpoint.s3.prefix_list_id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_ingress_rule" "database_from_functions" {
  description                  = "PostgreSQL from the functions"
  security_group_id            = aws_security_group.database.id
  referenced_security_group_id = aws_security_group.functions.id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}
