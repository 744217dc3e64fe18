# The pipeline of ../pipeline.yml by Terraform: the same file for AWS and for a node.
#   eval "$(inlet env)"
#   terraform init && terraform apply -var local=true
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.90"
    }
  }
}

variable "local" {
  description = "Whether a node answers instead of AWS: buckets are then named in the path."
  type        = bool
  default     = false
}

variable "account1_profile" { type = string }
variable "account2_profile" { type = string }
variable "account1_id" { type = string }
variable "cluster_identifier" { type = string }
variable "database" {
  type    = string
  default = "dev"
}
variable "db_user" {
  type    = string
  default = "awsuser"
}

# Account 1 owns the files, account 2 runs the warehouse.
provider "aws" {
  alias             = "source"
  profile           = var.account1_profile
  s3_use_path_style = var.local
}

provider "aws" {
  alias   = "warehouse"
  profile = var.account2_profile
}

data "aws_redshift_cluster" "warehouse" {
  provider           = aws.warehouse
  cluster_identifier = var.cluster_identifier
}

resource "aws_iam_role" "reader" {
  provider = aws.warehouse
  name     = "RedshiftS3AccessRole"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "redshift.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "reader" {
  provider = aws.warehouse
  name     = "S3AccessPolicy"
  role     = aws_iam_role.reader.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:ListBucket"]
      Resource = [aws_s3_bucket.source.arn, "${aws_s3_bucket.source.arn}/*"]
    }]
  })
}

resource "aws_redshift_cluster_iam_roles" "reader" {
  provider           = aws.warehouse
  cluster_identifier = var.cluster_identifier
  iam_role_arns      = [aws_iam_role.reader.arn]
}

resource "aws_redshift_resource_policy" "warehouse" {
  provider     = aws.warehouse
  resource_arn = data.aws_redshift_cluster.warehouse.cluster_namespace_arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { Service = "redshift.amazonaws.com" }
        Action    = "redshift:AuthorizeInboundIntegration"
        Resource  = data.aws_redshift_cluster.warehouse.cluster_namespace_arn
      },
      {
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::${var.account1_id}:root" }
        Action    = "redshift:CreateInboundIntegration"
        Resource  = data.aws_redshift_cluster.warehouse.cluster_namespace_arn
      },
    ]
  })
}

resource "aws_s3_bucket" "source" {
  provider      = aws.source
  bucket        = "${var.account1_id}-data-source"
  force_destroy = true
}

resource "aws_s3_bucket_policy" "source" {
  provider = aws.source
  bucket   = aws_s3_bucket.source.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "RedshiftServiceAccess"
        Effect    = "Allow"
        Principal = { Service = "redshift.amazonaws.com" }
        Action    = ["s3:GetBucketNotification", "s3:PutBucketNotification", "s3:GetBucketLocation"]
        Resource  = aws_s3_bucket.source.arn
      },
      {
        Sid       = "RedshiftRoleAccess"
        Effect    = "Allow"
        Principal = { AWS = aws_iam_role.reader.arn }
        Action    = ["s3:GetObject", "s3:ListBucket"]
        Resource  = [aws_s3_bucket.source.arn, "${aws_s3_bucket.source.arn}/*"]
      },
    ]
  })
}

resource "aws_redshift_integration" "events" {
  provider         = aws.source
  integration_name = "s3-data-source-integration"
  source_arn       = aws_s3_bucket.source.arn
  target_arn       = data.aws_redshift_cluster.warehouse.cluster_namespace_arn
  depends_on       = [aws_s3_bucket_policy.source, aws_redshift_resource_policy.warehouse]
}

resource "aws_redshiftdata_statement" "table" {
  provider           = aws.warehouse
  cluster_identifier = var.cluster_identifier
  database           = var.database
  db_user            = var.db_user
  sql                = "CREATE TABLE IF NOT EXISTS public.data_import (id INTEGER, name VARCHAR(255), value DECIMAL(10,2), timestamp TIMESTAMP)"
}

resource "aws_redshiftdata_statement" "job" {
  provider           = aws.warehouse
  cluster_identifier = var.cluster_identifier
  database           = var.database
  db_user            = var.db_user
  sql                = <<-SQL
    COPY public.data_import
    FROM 's3://${aws_s3_bucket.source.id}/'
    IAM_ROLE '${aws_iam_role.reader.arn}'
    CSV IGNOREHEADER 1
    JOB CREATE data_import_job AUTO ON
  SQL
  depends_on = [
    aws_redshift_integration.events, aws_redshiftdata_statement.table,
    aws_redshift_cluster_iam_roles.reader, aws_iam_role_policy.reader,
  ]
}

output "integration_arn" {
  value = aws_redshift_integration.events.arn
}
