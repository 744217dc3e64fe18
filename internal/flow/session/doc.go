// Package session runs one client's SQL: it reads each statement with dialect,
// sends COPY to load, COPY JOB to copyjob and the rest to the engine, and keeps
// transactions, settings and temporary tables.
package session
