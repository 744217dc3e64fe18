// Package warehouse is the station where rows live: clusters and namespaces
// with their attached roles, the databases and their declared tables, locks
// and transactions, and the engine behind one interface (Engine). It knows no
// other station; package duckdb below it is the engine.
package warehouse
