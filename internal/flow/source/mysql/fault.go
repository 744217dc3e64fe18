package mysql

import (
	"fmt"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// Codes of faults that callers act on.
const (
	CodePurged = "SourceLogPurged" // The log no longer holds the position: load again.
	CodeFormat = "SourceLogFormat" // A change came without its rows.
	CodeFar    = "SourceLogFar"    // The place is beyond what file and offset can say.
)

// The server's error numbers.
const (
	errAccessDenied    = 1045
	errDatabaseDenied  = 1044
	errTableDenied     = 1142
	errPrivilegeDenied = 1227
	errMasterFatal     = 1236
	errNoBinaryLogging = 1381
	errNoSuchTable     = 1146
	errSyntax          = 1064
	errUnknownColumn   = 1054
	errShapeChanged    = 1412
)

// explain adds what a person can do about an error of the server.
func explain(err error) error {
	f := &fault.Error{Err: err}
	switch codeOf(err) {
	case errAccessDenied:
		f.Kind, f.Code, f.Message = fault.Unauthorized, "SourceLogin", "the source refuses user and password"
		f.Hint = "check them; a user is made with CREATE USER 'name'@'%' IDENTIFIED BY 'password'"
	case errTableDenied, errDatabaseDenied:
		f.Kind, f.Code, f.Message = fault.Denied, "SourceGrant", "the user may not read the table"
		f.Hint = "GRANT SELECT ON schema.* TO the user"
	case errUnknownColumn, errShapeChanged:
		f.Kind, f.Code, f.Message = fault.Conflict, source.CodeChanged, "the table was altered since its shape was read"
		f.Hint = "load the table again"
	case errNoSuchTable:
		f.Kind, f.Code, f.Message = fault.NotFound, "SourceTable", "the table does not exist"
	default:
		return err
	}
	return f
}

// account is who the session is, as a GRANT names it.
func (c *conn) account() string {
	rows, err := c.query("SELECT CURRENT_USER()")
	if err != nil || len(rows) == 0 {
		return "the user"
	}
	user, host := rows[0][0], "%"
	for i := len(user) - 1; i >= 0; i-- {
		if user[i] == '@' {
			user, host = user[:i], user[i+1:]
			break
		}
	}
	return fmt.Sprintf("%s@%s", quote(user), quote(host))
}

// mayNotFollow is the lack of the rights a replica needs.
func (c *conn) mayNotFollow(err error) error {
	grant := "REPLICATION CLIENT, REPLICATION SLAVE"
	if c.mariadb() {
		grant = "BINLOG MONITOR, REPLICATION SLAVE" // REPLICATION CLIENT before 10.5, and still understood.
	}
	return &fault.Error{Kind: fault.Denied, Code: "SourceGrant", Message: "the user may not read the binary log", Hint: "GRANT " + grant + " ON *.* TO " + c.account(), Err: err}
}

func logOff() error {
	return &fault.Error{Kind: fault.Conflict, Code: "SourceLogOff", Message: "log_bin is OFF: the source writes no binary log, so changes cannot be followed",
		Hint: "set log_bin=binlog and server_id in the server's configuration and start it again; it cannot be set while it runs"}
}
