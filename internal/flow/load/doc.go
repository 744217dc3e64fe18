// Package load is COPY: it finds the files, acts as the role, reads, converts
// and appends, and records what happened in the transaction that holds the rows.
package load
