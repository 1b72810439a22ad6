resource "aws_db_subnet_group" "this" {
  name       = var.name
  subnet_ids = aws_subnet.private[*].id
}

resource "aws_db_parameter_group" "this" {
  name   = "${var.name}-postgres16"
  family = "postgres16"

  # RDS reports pending-reboot for a value that equals the engine's default; with immediate, every plan
  # would change it again.
  parameter {
    name         = "rds.force_ssl"
    value        = "1"
    apply_method = "pending-reboot"
  }

  # An eighth of the memory, not a quarter: IAM logins need 300 to 1000 MiB free, and the smallest
  # class has 1 GiB.
  parameter {
    name         = "shared_buffers"
    value        = "{DBInstanceClassMemory/65536}" # in blocks of 8 kB
    apply_method = "pending-reboot"
  }

  parameter {
    name  = "log_min_duration_statement"
    value = "500" # ms
  }

  parameter { # a slow statement is logged without its values, which are people's manifests
    name  = "log_parameter_max_length"
    value = "0"
  }
}

resource "aws_db_instance" "this" {
  #checkov:skip=CKV_AWS_133:7 days, or what db_backup_days says, which checkov cannot compute
  identifier                          = var.name
  engine                              = "postgres"
  engine_version                      = "16"
  engine_lifecycle_support            = "open-source-rds-extended-support-disabled" # it would be paid for
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

  backup_retention_period   = coalesce(var.db_backup_days, 7)
  apply_immediately         = true # people deploy by hand, and would wait a week for the window
  copy_tags_to_snapshot     = true
  deletion_protection       = var.db_deletion_protection
  skip_final_snapshot       = var.force_destroy && !var.final_snapshot
  final_snapshot_identifier = join("-", compact([var.name, "last", var.stack_id])) # unique, as the id is

  enabled_cloudwatch_logs_exports = ["postgresql"]
  depends_on                      = [aws_cloudwatch_log_group.this] # otherwise RDS creates one that keeps logs for ever
}
