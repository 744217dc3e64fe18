package statement

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/guard"
)

// Status is how far a statement is.
type Status string

// The states of statements. All is a filter only.
const (
	Submitted Status = "SUBMITTED"
	Picked    Status = "PICKED"
	Started   Status = "STARTED"
	Finished  Status = "FINISHED"
	Failed    Status = "FAILED"
	Aborted   Status = "ABORTED"
	All       Status = "ALL"
)

// Ended reports whether the state is a last one.
func (s Status) Ended() bool { return s == Finished || s == Failed || s == Aborted }

// Formats of results.
const (
	JSON = "JSON"
	CSV  = "CSV"
)

// Owner is the IAM identity that submitted a statement.
type Owner struct {
	Account string
	UserID  string // aws:userid
	RoleARN string `json:",omitempty"` // of role sessions
}

func ownerOf(by guard.Session) Owner {
	return Owner{Account: by.Account, UserID: by.UserID, RoleARN: by.RoleARN}
}

// same reports whether two sessions are of one user or of one role.
func (o Owner) same(p Owner) bool {
	return o.Account == p.Account && (o.UserID == p.UserID || o.RoleARN != "" && o.RoleARN == p.RoleARN)
}

// Parameter is a named value, which stands as :name in SQL.
type Parameter struct{ Name, Value string }

// Place is where a statement runs, as the caller named it.
type Place struct {
	Cluster   string `json:",omitempty"`
	Workgroup string `json:",omitempty"`
	Database  string
	DBUser    string `json:",omitempty"`
	SecretARN string `json:",omitempty"`
}

// Statement is a submitted statement, or a batch of them.
type Statement struct {
	Place
	ID         string
	Owner      Owner
	Region     string
	Namespace  string // ARN
	Name       string `json:",omitempty"`
	Format     string
	Batch      bool     `json:",omitempty"`
	SQL        []string // one, or those of the batch
	Parameters []Parameter
	SessionID  string `json:",omitempty"`
	Token      string `json:",omitempty"` // of the client, with what it was used for
	Print      string `json:",omitempty"`

	Outcome
	PID  int32
	Subs []Outcome `json:",omitempty"` // of a batch
}

// Outcome is what became of one text of SQL.
type Outcome struct {
	Status    Status
	Error     string `json:",omitempty"`
	Created   time.Time
	Updated   time.Time
	Duration  time.Duration
	Rows      int64 // -1 when there is no number
	Size      int64 // bytes of the result
	HasResult bool
	Query     int64 // id in the warehouse
}

func (s *Statement) copy() *Statement {
	c := *s
	c.Subs = slices.Clone(s.Subs)
	return &c
}

// The tables: statements by id, ids by account and time, ids by account, caller and token.
var (
	statementTable = []byte("statements")
	orderTable     = []byte("statement order")
	tokenTable     = []byte("statement tokens")
)

// prepare makes the tables, and fails what a crash cut off.
func (s *Store) prepare(tx *bbolt.Tx) error {
	for _, name := range [][]byte{statementTable, orderTable, tokenTable} {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
			return err
		}
	}
	var cut []*Statement
	err := tx.Bucket(statementTable).ForEach(func(_, text []byte) error {
		st := new(Statement)
		if err := json.Unmarshal(text, st); err != nil {
			return fmt.Errorf("read a statement: %w", err)
		}
		if !st.Status.Ended() {
			cut = append(cut, st)
		}
		return nil
	})
	for _, st := range cut {
		if err == nil {
			st.cutOff(s.now().UTC())
			err = st.save(tx)
		}
	}
	return err
}

// cutOff fails a statement whose node went down. Its changes are in or not: the
// crash may have come right after the commit.
func (s *Statement) cutOff(at time.Time) {
	s.finish(Failed, at)
	s.Error = "ERROR: The connection to the warehouse was lost before the statement ended; it is not known whether its changes were committed."
}

func (s *Statement) orderKey() []byte {
	return fmt.Appendf(nil, "%s/%020d/%s", s.Owner.Account, s.Created.UnixNano(), s.ID)
}

func tokenKey(o Owner, token string) []byte {
	return []byte(o.Account + "/" + o.UserID + "/" + token)
}

func (s *Statement) save(tx *bbolt.Tx) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	if err := tx.Bucket(statementTable).Put([]byte(s.ID), text); err != nil {
		return fmt.Errorf("store statement %s: %w", s.ID, err)
	}
	return nil
}

// add stores a new statement with what finds it.
func (s *Statement) add(tx *bbolt.Tx) error {
	if err := s.save(tx); err != nil {
		return err
	}
	if err := tx.Bucket(orderTable).Put(s.orderKey(), []byte(s.ID)); err != nil {
		return err
	}
	if s.Token == "" {
		return nil
	}
	return tx.Bucket(tokenTable).Put(tokenKey(s.Owner, s.Token), []byte(s.ID))
}

func read(tx *bbolt.Tx, id string) (*Statement, error) {
	text := tx.Bucket(statementTable).Get([]byte(id))
	if text == nil {
		return nil, nil
	}
	st := new(Statement)
	if err := json.Unmarshal(text, st); err != nil {
		return nil, fmt.Errorf("read statement %s: %w", id, err)
	}
	return st, nil
}

// expire removes ended statements that are older than a moment and returns them.
func (s *Store) expire(tx *bbolt.Tx, before time.Time) ([]*Statement, error) {
	var gone []*Statement
	err := tx.Bucket(orderTable).ForEach(func(_, id []byte) error {
		st, err := read(tx, string(id))
		if err == nil && st != nil && st.Status.Ended() && st.Created.Before(before) {
			gone = append(gone, st)
		}
		return err
	})
	for _, st := range gone {
		if err == nil {
			err = st.remove(tx)
		}
	}
	return gone, err
}

func (s *Statement) remove(tx *bbolt.Tx) error {
	if k := tokenKey(s.Owner, s.Token); bytes.Equal(tx.Bucket(tokenTable).Get(k), []byte(s.ID)) {
		if err := tx.Bucket(tokenTable).Delete(k); err != nil {
			return err
		}
	}
	if err := tx.Bucket(orderTable).Delete(s.orderKey()); err != nil {
		return err
	}
	return tx.Bucket(statementTable).Delete([]byte(s.ID))
}

// get finds a statement as it is now, nil when there is none or it is too old.
func (s *Store) get(id string) (*Statement, error) {
	s.mu.Lock()
	if r := s.live[id]; r != nil {
		defer s.mu.Unlock()
		return r.st.copy(), nil
	}
	s.mu.Unlock()
	var st *Statement
	err := s.db.View(func(tx *bbolt.Tx) (err error) {
		st, err = read(tx, id)
		return err
	})
	if err == nil && st != nil && st.Created.Before(s.now().Add(-kept24h)) {
		st = nil
	}
	return st, err
}

func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // Never fails (crypto/rand).
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// part is the number behind the colon of a sub-statement's id, 0 for a whole statement.
func part(id string) (whole string, n int, ok bool) {
	whole, text, found := strings.Cut(id, ":")
	if !found {
		return id, 0, true
	}
	if _, err := fmt.Sscanf(text, "%d", &n); err != nil || n < 1 || fmt.Sprint(n) != text {
		return id, 0, false
	}
	return whole, n, true
}
