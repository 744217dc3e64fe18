package pg

import (
	"context"

	"github.com/inlet-data/inlet/internal/flow/session"
)

// Backend is what the SQL door needs of the warehouse behind it.
type Backend interface {
	// Password returns what is stored for a database user: "md5" and the hex MD5 of
	// password and user name, as PostgreSQL stores it. ok is false for unknown
	// and disabled users. An error, told to the client, says that nobody can log in now.
	Password(ctx context.Context, user string) (stored string, ok bool, err error)
	// Open starts a session. pid is the number the client was told in BackendKeyData.
	Open(ctx context.Context, s Startup) (Session, error)
}

// Startup is what a client says when it connects.
type Startup struct {
	User, Database  string
	ApplicationName string
	PID             int32
	// Options holds the other run-time parameters of the startup message and of its
	// "options" switches, as the client wrote them. Names the session does not know are to be ignored.
	Options    map[string]string
	RemoteAddr string
	// Notice sends a message with the statement that runs. It may be called from any goroutine.
	Notice func(session.Notice)
	// SettingChanged tells the client of a run-time parameter, also during Open (is_superuser,
	// DateStyle, TimeZone). extra_float_digits and TimeZone change how values are printed;
	// the first of them is not told to the client. It may be called from any goroutine.
	SettingChanged func(session.Setting)
}

// Session runs statements for one connection, one at a time.
type Session interface {
	// Prepare splits sql into statements and readies each; Describe of later ones
	// may depend on earlier ones, so a statement is only bound to the catalog
	// when Describe or Run needs it. An empty query gives no statement.
	Prepare(ctx context.Context, sql string, params []uint32) ([]Statement, error)
	// Sync ends the implicit transaction of a query cycle: it commits, or rolls back
	// when a statement failed or Fail was called. It may be called twice.
	Sync(ctx context.Context) error
	// Fail puts the open transaction into the failed state, for errors found at the door (an unknown
	// portal, a value that cannot be sent). It is called after the session's own errors too.
	Fail()
	// Status is the transaction status for ReadyForQuery: 'I', 'T' or 'E'.
	Status() byte
	// Cancel stops the running statement, from any goroutine.
	Cancel()
	Close() error
}

// Statement is one prepared statement.
type Statement interface {
	// Describe gives the parameters' OIDs and the result's columns; columns is nil for statements without rows.
	Describe(ctx context.Context) (params []uint32, columns []session.Column, err error)
	Run(ctx context.Context, args []session.Arg) (*session.Result, error)
	Close() error
}
