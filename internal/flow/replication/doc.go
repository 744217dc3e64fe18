// Package replication keeps what AWS DMS has: subnet groups, instances, endpoints,
// connections, tasks, serverless replications and certificates. It starts and stops the
// tasks; what a task does is the task package's.
package replication
