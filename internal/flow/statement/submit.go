package statement

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/fault"
)

// Input is what ExecuteStatement and BatchExecuteStatement take.
type Input struct {
	Place
	SQL        []string
	Batch      bool
	Parameters []Parameter
	Name       string
	Format     string // JSON or CSV; "" is JSON
	Token      string
	WithEvent  bool
	SessionID  string // runs in a kept session, whose place holds
	KeepAlive  *int   // seconds to keep the session for
}

func (in Input) action() string {
	if in.Batch {
		return "BatchExecuteStatement"
	}
	return "ExecuteStatement"
}

var parameterName = regexp.MustCompile(`^[0-9a-zA-Z_]+$`)

func (in Input) check() error {
	switch {
	case in.WithEvent:
		return &fault.Error{Kind: fault.Unsupported, Code: "ValidationException", Message: "WithEvent is not supported by inlet: there is no EventBridge to send the event to."}
	case len(in.SQL) == 0 || len(in.SQL) > maxBatch:
		return invalid("A batch has 1 to %d statements.", maxBatch)
	case in.Format != "" && in.Format != JSON && in.Format != CSV:
		return invalid("ResultFormat must be JSON or CSV.")
	case in.KeepAlive != nil && (*in.KeepAlive < 0 || *in.KeepAlive > maxKeepAlive):
		return invalid("SessionKeepAliveSeconds must be between 0 and %d.", maxKeepAlive)
	case in.SessionID != "" && in.Place != Place{}:
		return invalid("ClusterIdentifier, WorkgroupName, Database, DbUser and SecretArn can't be specified with SessionId.")
	}
	for _, sql := range in.SQL {
		if strings.TrimSpace(sql) == "" {
			return invalid("The SQL statement is empty.")
		}
		if len(sql) > maxStatement {
			return invalid("The SQL statement is larger than the limit of 100 KB.")
		}
	}
	for _, p := range in.Parameters {
		if !parameterName.MatchString(p.Name) {
			return invalid("Parameter name %q is not valid: it may have letters, digits and underscores only.", p.Name)
		}
	}
	return checkParameters(in.SQL, in.Parameters)
}

// print tells whether two requests are the same.
func (in Input) print() string {
	in.Token = ""
	text, _ := json.Marshal(in) // Texts and numbers always marshal.
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Submit takes a statement or a batch. It returns when that is kept, and before it runs.
func (v *View) Submit(ctx context.Context, in Input) (Statement, error) {
	keep, l, err := v.admit(ctx, in)
	if err != nil {
		return Statement{}, err
	}
	if err := in.check(); err != nil {
		return Statement{}, err
	}
	st := v.newStatement(in, l)
	if keep != nil {
		st.Place, st.SessionID = keep.place, in.SessionID
	}
	return v.store.begin(st, keep, in.KeepAlive, l)
}

// admit asks whether the caller may run in: in a warehouse, or in a session that is kept.
func (v *View) admit(ctx context.Context, in Input) (*kept, login, error) {
	if in.SessionID == "" {
		l, err := v.enter(ctx, in.action(), in.Place)
		return nil, l, err
	}
	k := v.store.session(in.SessionID)
	if k == nil {
		err := v.ask(ctx, in.action(), "*", nil)
		if err == nil {
			err = noSession(in.SessionID)
		}
		return nil, login{}, err
	}
	err := v.ask(ctx, in.action(), k.on, map[string][]string{"redshift-data:session-owner-iam-userid": {k.owner.UserID}})
	if err == nil && !k.owner.same(ownerOf(v.by)) {
		err = noSession(in.SessionID)
	}
	return k, k.login, err
}

func (v *View) newStatement(in Input, l login) *Statement {
	now := v.store.now().UTC()
	st := &Statement{Place: in.Place, ID: newID(), Owner: ownerOf(v.by), Region: v.by.Request.Region, Namespace: l.ns.ARN(), Name: in.Name, Format: in.Format,
		Batch: in.Batch, SQL: slices.Clone(in.SQL), Parameters: slices.Clone(in.Parameters), Token: in.Token, Print: in.print(),
		Outcome: Outcome{Status: Submitted, Created: now, Updated: now, Rows: -1, Size: -1}}
	if st.Format == "" {
		st.Format = JSON
	}
	if st.DBUser == "" {
		st.DBUser = l.user
	}
	if in.Batch {
		for range in.SQL {
			st.Subs = append(st.Subs, st.Outcome)
		}
	}
	return st
}

// begin keeps a statement and starts it. One that the same token brought before is returned as it is.
func (s *Store) begin(st *Statement, keep *kept, keepAlive *int, l login) (Statement, error) {
	s.submitting.Lock()
	defer s.submitting.Unlock()
	if old, err := s.repeated(st); old != nil || err != nil {
		if err != nil {
			return Statement{}, err
		}
		return *old, nil
	}
	r := &run{store: s, st: st, login: l}
	if err := s.reserve(r, keep, keepAlive); err != nil {
		return Statement{}, err
	}
	err := s.db.Update(st.add)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.release(r.kept)
		return Statement{}, fmt.Errorf("keep statement %s: %w", st.ID, err)
	}
	out := *st.copy()
	s.start(r)
	return out, nil
}

// reserve takes the session a statement runs in, if there is room for it.
func (s *Store) reserve(r *run, keep *kept, keepAlive *int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.room(r.st, keep, keepAlive); err != nil {
		return err
	}
	r.kept = s.keep(r.st, keep, keepAlive, r.login)
	return nil
}

// repeated finds the statement for which a token was used before.
func (s *Store) repeated(st *Statement) (*Statement, error) {
	if st.Token == "" {
		return nil, nil
	}
	var old *Statement
	err := s.db.View(func(tx *bbolt.Tx) (err error) {
		if id := tx.Bucket(tokenTable).Get(tokenKey(st.Owner, st.Token)); id != nil {
			old, err = read(tx, string(id))
		}
		return err
	})
	if err != nil || old == nil || st.Created.Sub(old.Created) > tokenLife {
		return nil, err
	}
	if old.Print != st.Print {
		return nil, invalid("The ClientToken was used before with other parameters.")
	}
	return old, nil
}

// room refuses what would be too much at a time.
func (s *Store) room(st *Statement, keep *kept, keepAlive *int) error {
	switch {
	case s.closed:
		return &fault.Error{Kind: fault.Unavailable, Code: "InternalServerException", Message: "The node is stopping."}
	case s.active[st.Namespace] >= maxActive:
		return exceeded("ActiveStatementsExceededException", fmt.Sprintf("Active statements exceeded the allowed quota (%d).", maxActive))
	case keep != nil && (keep.busy || s.kept[st.SessionID] != keep):
		return invalid("Session %s is not available: a statement runs in it, or it has ended.", st.SessionID)
	case keep == nil && keepAlive != nil && *keepAlive > 0 && s.sessionsOf(st.Namespace) >= maxSessions:
		return exceeded("ActiveSessionsExceededException", fmt.Sprintf("Active sessions exceeded the allowed quota (%d).", maxSessions))
	}
	return nil
}

// start runs a statement in the background. It needs Store.mu.
func (s *Store) start(r *run) {
	ctx, cancel := context.WithCancelCause(context.Background())
	r.cancel = cancel
	limit := time.AfterFunc(kept24h, func() { cancel(errTooLong) })
	s.live[r.st.ID] = r
	s.active[r.st.Namespace]++
	slot := s.slots[r.st.Namespace]
	if slot == nil {
		slot = make(slots, parallel)
		s.slots[r.st.Namespace] = slot
	}
	s.runs.Go(func() {
		defer limit.Stop()
		r.run(ctx, slot)
		cancel(nil)
	})
}
