// Package verify proves that tables of the warehouse equal those of the source: counts
// and checksums, range by range, while changes run, and the keys of the rows that differ.
//
// Rows of both sides are brought into one form, by the types of the warehouse's columns,
// and hashed with SHA-256; sums of hashes do not depend on order. Only where sums differ
// are rows set against each other, in parts that fit into memory. A row that differs is
// read again after the task has applied what was committed until then: what stays, counts.
package verify
