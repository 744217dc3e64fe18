package session

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// Loader runs COPY.
type Loader interface {
	Copy(ctx context.Context, c *warehouse.Client, r load.Request) (load.Outcome, error)
}

// Jobs keeps COPY JOBs.
type Jobs interface {
	Create(ctx context.Context, c *warehouse.Client, cp *dialect.Copy, owner warehouse.User) error
	Alter(ctx context.Context, name string, auto bool) error
	Set(ctx context.Context, name string, settings []dialect.JobSetting) error
	Drop(ctx context.Context, name string) error
	RunNow(ctx context.Context, c *warehouse.Client, name string, user warehouse.User, pid int32) (load.Outcome, error)
}

// Config is what sessions work with.
type Config struct {
	Database *warehouse.Database
	Loader   Loader
	Jobs     Jobs
	Files    Files // nil where INLET FILES is not offered
	Log      *slog.Logger
	// SystemColumns gives the columns of a system view by its name, those of the
	// information schema as information_schema.x; ok is false when there is none.
	SystemColumns func(name string) (columns []dialect.Column, ok bool)
}

// Options are what a client said when it connected.
type Options struct {
	User, Database  string
	ApplicationName string
	PID             int32
	Groups          []string // the login's, besides those the user is in
	Settings        map[string]string
	Notice          func(Notice)
	SettingChanged  func(Setting)
}

// Manager opens sessions and knows those that are open.
type Manager struct {
	cfg Config

	mu   sync.Mutex
	open map[int32]*Session // by PID
}

// NewManager makes a manager.
func NewManager(cfg Config) *Manager {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.SystemColumns == nil {
		cfg.SystemColumns = func(string) ([]dialect.Column, bool) { return nil, false }
	}
	return &Manager{cfg: cfg, open: map[int32]*Session{}}
}

// Password returns what is stored for a database user; ok is false for unknown and disabled users.
func (m *Manager) Password(ctx context.Context, user string) (stored string, ok bool, err error) {
	u, ok, err := m.cfg.Database.User(ctx, user)
	if err != nil {
		return "", false, fmt.Errorf("look up user %s: %w", user, err)
	}
	expired := !u.ValidUntil.IsZero() && time.Now().After(u.ValidUntil)
	return u.Password, ok && u.Password != "" && !expired, nil
}

// Open starts a session.
func (m *Manager) Open(ctx context.Context, o Options) (*Session, error) {
	if o.Database != "" && o.Database != m.cfg.Database.Name {
		return nil, &fault.Error{Kind: fault.NotFound, Code: "3D000", On: o.Database, Message: fmt.Sprintf("database %q does not exist", o.Database)}
	}
	client, err := m.cfg.Database.Client(ctx)
	if err != nil {
		return nil, err
	}
	s, err := m.start(ctx, client, o)
	if err != nil {
		client.Close() // The session never began; its error counts.
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.open[o.PID] = s
	return s, nil
}

func (m *Manager) start(ctx context.Context, client *warehouse.Client, o Options) (*Session, error) {
	user, ok, err := client.User(ctx, o.User)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, &fault.Error{Kind: fault.Unauthorized, Code: "28000", On: o.User, Message: fmt.Sprintf("user %q does not exist", o.User)}
	}
	client.Joins(o.Groups)
	s := &Session{manager: m, client: client, user: user, opt: o, settings: newSettings(user),
		variables: map[string]string{}, cursors: map[string]*cursor{}, prepared: map[string]*preparedStatement{}, lastCopy: -1, lastQuery: -1}
	if s.opt.Notice == nil {
		s.opt.Notice = func(Notice) {}
	}
	if s.opt.SettingChanged == nil {
		s.opt.SettingChanged = func(Setting) {}
	}
	if ok, err = s.schemaExists(ctx, user.Name); err != nil {
		return nil, err
	}
	if ok {
		s.personal = user.Name
	}
	return s, s.greet(ctx)
}

func (m *Manager) closed(s *Session) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.open[s.opt.PID] == s {
		delete(m.open, s.opt.PID)
	}
}

// find returns the open session with a process id.
func (m *Manager) find(pid int32) *Session {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.open[pid]
}
