// Package pg is the SQL door: PostgreSQL's wire protocol v3 as Amazon Redshift
// speaks it. It holds no rules: statements go to a session, results come back
// as chunks of vectors and are encoded straight into messages.
package pg
