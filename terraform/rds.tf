resource "aws_db_subnet_group" "this" {
  name       = var.name
  subnet_ids = aws_subnet.private[*].id
}

resource "aws_db_parameter_group" "this" {
  name   = "${var.name}-postgres16"
  family = "postgres16"

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  parameter {
    name  = "log_min_duration_statement"
    value = "500" # ms
  }
}

resource "aws_db_instance" "this" {
  identifier                          = var.name
  engine                              = "postgres"
  engine_version                      = "16"
  auto_minor_version_upgrade          = true
  instance_class                      = var.db_instance_class
  storage_type                        = "gp3"
  allocated_storage                   = 20 # GB; grows by itself to
  max_allocated_storage               = 100
  storage_encrypted                   = true
  db_name                             = "tesela"
  parameter_group_name                = aws_db_parameter_group.this.name
  db_subnet_group_name                = aws_db_subnet_group.this.name
  vpc_security_group_ids              = [aws_security_group.database.id]
  publicly_accessible                 = false
  iam_database_authentication_enabled = true

  # RDS makes the master's password, keeps it in Secrets Manager and changes it every week.
  username                    = "tesela_master"
  manage_master_user_password = true

  backup_retention_period   = 7
  copy_tags_to_snapshot     = true
  deletion_protection       = var.db_deletion_protection
  skip_final_snapshot       = var.force_destroy
  final_snapshot_identifier = "${var.name}-last"

  enabled_cloudwatch_logs_exports = ["postgresql"]
  depends_on                      = [aws_cloudwatch_log_group.this] # else RDS makes one that keeps for ever
}
