-- Run once by the database's master: the role that logs in by IAM, with what migrations need.
-- A DO block is one transaction: the role is there whole or not at all.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tesela') THEN
        CREATE ROLE tesela LOGIN;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_iam') THEN -- RDS alone has it
        GRANT rds_iam TO tesela;
    END IF;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO tesela', current_database());
    GRANT USAGE, CREATE ON SCHEMA public TO tesela;
END
$$
