// Package sysview is the station where Redshift's catalog is read: SYS_*,
// STL_*, SVV_* and the PostgreSQL 8.0 catalog, as SQL over the ledger and the
// warehouse's catalog tables. Each view is a file of its own whose head lists
// its columns; what they share lies in folder base, their functions in folder
// function. Nothing is stored here: the views are installed anew at each start.
package sysview
