// Package logs keeps what Amazon CloudWatch Logs has: groups, streams and their
// events. Records are in the control database, events in append files that are
// bounded in size and by their group's retention.
package logs
