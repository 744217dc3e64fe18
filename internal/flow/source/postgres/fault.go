package postgres

import (
	"errors"
	"fmt"

	"github.com/inlet-data/inlet/internal/fault"
)

// Codes of faults that callers act on.
const (
	CodePurged = "SourceLogPurged" // The slot no longer holds the position: load again.
	CodeNoKey  = "SourceNoKey"     // Changed rows of the table cannot be told apart.

	codePublication = "SourcePublication"
)

// The server's error codes.
const (
	errPassword    = "28P01"
	errLogin       = "28000"
	errNoDatabase  = "3D000"
	errNoSchema    = "3F000"
	errNoTable     = "42P01"
	errNoObject    = "42704"
	errHasObject   = "42710"
	errDenied      = "42501"
	errState       = "55000"
	errInUse       = "55006"
	errLimit       = "53400"
	errConnections = "53300"
)

// explain adds what a person can do about an error of the server.
func (s *Source) explain(err error) error {
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return err
	}
	f := &fault.Error{Err: err}
	switch codeOf(err) {
	case errPassword:
		f.Kind, f.Code, f.Message = fault.Unauthorized, "SourceLogin", "the source refuses user and password"
		f.Hint = "check them; a password is set with ALTER ROLE " + ident(s.config.User) + " PASSWORD '…'"
	case errLogin:
		f.Kind, f.Code, f.Message = fault.Unauthorized, "SourceLogin", "the source does not let the user in from here"
		f.Hint = fmt.Sprintf("CREATE ROLE %s LOGIN REPLICATION PASSWORD '…', and in pg_hba.conf a line: host %s %s <this machine>/32 scram-sha-256; then SELECT pg_reload_conf()",
			ident(s.config.User), s.config.Database, s.config.User)
		if s.config.TLS == nil {
			f.Hint += "; a server that wants encryption is reached with sslmode=require"
		}
	case errNoDatabase:
		f.Kind, f.Code, f.Message, f.Hint = fault.NotFound, "SourceDatabase", "the source has no such database", "SELECT datname FROM pg_database lists those it has"
	case errDenied:
		f.Kind, f.Code, f.Message = fault.Denied, "SourceGrant", "the source's user lacks a right"
		f.Hint = "the check before the start names each right that is missing, with its GRANT"
	case errNoTable, errNoSchema:
		f.Kind, f.Code, f.Message = fault.NotFound, "SourceTable", "the table does not exist"
	case errLimit:
		return s.noSlotFree(err)
	default:
		return err
	}
	return f
}

func (s *Source) noSlotFree(err error) error {
	return &fault.Error{Kind: fault.Conflict, Code: "SourceSlots", Message: "all replication slots of the source are in use", Err: err,
		Hint: "SELECT slot_name, active FROM pg_replication_slots shows them: drop one that nobody needs with SELECT pg_drop_replication_slot('…')," +
			" or ALTER SYSTEM SET max_replication_slots = 20 and start the server again"}
}

// noRights is the lack of the right to replicate.
func (s *Source) noRights(err error) error {
	return &fault.Error{Kind: fault.Denied, Code: "SourceGrant", Message: "the user may not read the log: it lacks REPLICATION", Err: err,
		Hint: "ALTER ROLE " + ident(s.config.User) + " REPLICATION (on Amazon RDS and Aurora: GRANT rds_replication TO " + ident(s.config.User) + ")"}
}

func (s *Source) notLogical(level string, err error) error {
	return &fault.Error{Kind: fault.Conflict, Code: "SourceSetting", On: "wal_level", Message: "wal_level is " + level + ": the log does not hold what changes to rows need", Err: err,
		Hint: "ALTER SYSTEM SET wal_level = logical, and start the server again (on Amazon RDS and Aurora: rds.logical_replication = 1 in the parameter group, and reboot)"}
}

// reload is said when changes are lost; the SQL makes a new beginning possible.
func (s *Source) reload(message, sql string) error {
	hint := "load the tables again"
	if sql != "" {
		hint = sql + "; then " + hint
	}
	return conflict(CodePurged, s.config.Slot, message, hint)
}

func (s *Source) slotGone() error {
	return s.reload(fmt.Sprintf("the replication slot %q is gone from the source, and with it the changes it kept", s.config.Slot), "")
}

func (s *Source) slotLost() error {
	return s.reload(fmt.Sprintf("the replication slot %q is invalidated: more log was written than max_slot_wal_keep_size keeps while it was not read", s.config.Slot),
		fmt.Sprintf("SELECT pg_drop_replication_slot(%s); ALTER SYSTEM SET max_slot_wal_keep_size = -1; SELECT pg_reload_conf()", quote(s.config.Slot)))
}

func (s *Source) publicationGone(err error) error {
	f := &fault.Error{Kind: fault.Conflict, Code: CodePurged, On: s.config.Publication, Err: err,
		Message: fmt.Sprintf("the publication %q did not exist when rows were changed, so that the slot %q cannot tell of them, nor of what came after", s.config.Publication, s.config.Slot)}
	f.Hint = fmt.Sprintf("SELECT pg_drop_replication_slot(%s); then load the tables again, which makes both anew", quote(s.config.Slot))
	return f
}
