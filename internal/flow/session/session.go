package session

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// Session runs statements for one connection, one at a time.
type Session struct {
	manager  *Manager
	client   *warehouse.Client
	user     warehouse.User
	opt      Options
	settings *settings
	tx       transaction

	variables  map[string]string // the engine's variables as they are set
	version    int               // grows when prepared statements must be prepared anew
	lastCopy   int64             // query id of the last COPY, -1 when there was none
	copied     int64
	lastUnload int64 // query id of the last UNLOAD, 0 when there was none
	unloaded   int64
	lastQuery  int64
	personal   string // the schema named like the user, "" when there is none

	cursors  map[string]*cursor
	prepared map[string]*preparedStatement

	mu     sync.Mutex
	cancel context.CancelCauseFunc // of the running statement
}

// errCancelled ends a statement on the client's request.
var errCancelled = &fault.Error{Kind: fault.Cancelled, Code: "57014", Message: "Query cancelled on user's request"}

// greet applies the settings of the startup message and tells the client where it is.
func (s *Session) greet(ctx context.Context) error {
	if s.opt.ApplicationName != "" {
		s.settings.put("application_name", s.opt.ApplicationName)
	}
	for _, name := range slices.Sorted(maps.Keys(s.opt.Settings)) {
		if s.settings.known(name) { // What a driver invents is ignored.
			if err := s.setParameter(ctx, name, s.opt.Settings[name]); err != nil {
				return err
			}
		}
	}
	for _, name := range reported {
		s.opt.SettingChanged(Setting{Name: reportName(name), Value: s.settings.get(name)})
	}
	return nil
}

// Prepare splits sql into statements.
func (s *Session) Prepare(ctx context.Context, sql string, params []uint32) ([]*Statement, error) {
	raws, err := dialect.Split(sql)
	if err != nil {
		return nil, s.failed(err)
	}
	out := make([]*Statement, len(raws))
	for i, raw := range raws {
		parsed, err := s.parser().Parse(raw.Text)
		if err != nil {
			return nil, s.failed(placed(err, raw.Pos))
		}
		st := &Statement{session: s, parsed: parsed, pos: raw.Pos, params: params, alone: len(raws) == 1}
		if out[i], err = st.overSystemViews(); err != nil {
			return nil, s.failed(err)
		}
	}
	return out, nil
}

func (s *Session) parser() dialect.Parser {
	return dialect.Parser{CaseSensitive: s.settings.get("enable_case_sensitive_identifier") == "on"}
}

// placed moves an error's position from the statement to the text it was cut from.
func placed(err error, pos int) error {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Position == 0 || pos <= 1 {
		return err
	}
	moved := *f
	moved.Position += pos - 1
	return &moved
}

// Cancel stops the running statement, from any goroutine.
func (s *Session) Cancel() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cancel != nil {
		s.cancel(errCancelled)
	}
}

// LastQuery is the id of the last statement that succeeded, -1 before there is one.
// It is asked between statements.
func (s *Session) LastQuery() int64 { return s.lastQuery }

// Close rolls back what is open and ends the session.
func (s *Session) Close() error {
	s.Cancel()
	s.manager.closed(s)
	return s.client.Close()
}

// notice tells the client something beside the result.
func (s *Session) notice(severity, code, message string) {
	s.opt.Notice(Notice{Severity: severity, Code: code, Message: message})
}

func (s *Session) info(message string) { s.notice("INFO", "00000", message) }
