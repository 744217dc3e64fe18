// Package sysview is the station where Redshift's catalog is read: SYS_*,
// STL_*, SVV_* and the PostgreSQL 8.0 catalog, as SQL over the ledger and the
// warehouse's catalog tables. Each view is a file of its own whose head lists
// its columns; a new file is a new view. What views share lies in folder base,
// their functions in folder function, the information schema in the folder of
// that name and, for the engine, in schema overlay.information. Nothing is
// stored here: the views are installed anew at each start.
//
// A session tells the views who asks by variables of its connection:
// inlet_user, inlet_pid, inlet_database, inlet_last_copy_id,
// inlet_last_copy_count, inlet_last_query_id and inlet_settings, a map of its
// run-time parameters. Without inlet_user the ledger's views show no rows. The
// engine reads the variables when a statement is prepared.
package sysview
