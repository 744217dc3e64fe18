// Package statement is the station of SQL that is submitted and fetched later,
// as the Redshift Data API does it: each statement runs by itself in a session
// of its warehouse, its state and its rows outlast the call, and a restart.
package statement
