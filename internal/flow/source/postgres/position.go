package postgres

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// lsn is a place in the write-ahead log.
type lsn uint64

// String prints both halves with all digits, so that it sorts; PostgreSQL reads it, too.
func (l lsn) String() string { return fmt.Sprintf("%08X/%08X", uint32(l>>32), uint32(l)) }

// record is where the record begins that a place is in: the server must not pass over one
// that begins at the end of another because something was told between them.
func (l lsn) record() lsn { return l &^ 7 }

func parseLSN(s string) (lsn, bool) {
	high, low, ok := strings.Cut(s, "/")
	h, err1 := strconv.ParseUint(high, 16, 32)
	l, err2 := strconv.ParseUint(low, 16, 32)
	return lsn(h<<32 | l), ok && err1 == nil && err2 == nil
}

// parsePosition reads a place and, where it has one, the mark of the tables that were published then.
func parsePosition(p source.Position) (at lsn, mark uint32, err error) {
	place, number, marked := strings.Cut(string(p), " ")
	at, ok := parseLSN(place)
	n, err := strconv.ParseUint(number, 10, 32)
	if ok && (err == nil || !marked) {
		return at, uint32(n), nil
	}
	return 0, 0, &fault.Error{Kind: fault.Invalid, Code: "SourcePosition", Message: fmt.Sprintf("%q is not a position in a write-ahead log", string(p)), Hint: "SELECT pg_current_wal_lsn() prints one"}
}

// Position is the end of the log now. It makes slot and publication when they are
// absent: what follows the position is kept until Applied or Remove.
func (s *Source) Position(ctx context.Context) (source.Position, error) {
	c, err := s.connect(ctx)
	if err != nil {
		return "", err
	}
	defer c.Close()
	fresh, err := c.prepare(ctx)
	if err != nil {
		return "", ended(ctx, err)
	}
	at, err := c.end()
	if err == nil {
		err = c.settle(ctx, fresh)
	}
	if err != nil {
		return "", ended(ctx, err)
	}
	return source.Position(at.String()), nil
}

// ended prefers the context's error: its end closes connections under their users.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// end writes a word into the log, which nobody reads, and is the place after it: so all that can
// be seen now was committed before it, and a reader gets there also when nothing else happens.
func (c *conn) end() (lsn, error) {
	row, err := c.one("SELECT pg_logical_emit_message(true, 'inlet', '')")
	if codeOf(err) != "" { // Not everyone may.
		row, err = c.one("SELECT pg_current_wal_flush_lsn()")
	}
	if err != nil {
		return 0, err
	}
	at, ok := parseLSN(row[0])
	if !ok {
		return 0, errMalformed
	}
	return at, nil
}

// committing counts those of the given transactions that are still open and may have
// their commit in the log already: the log is written before others see the rows, and a
// standby that is waited for may keep them from sight for long.
const committing = `SELECT count(*) FROM pg_snapshot_xip(pg_current_snapshot()) AS x, mod(x::text::numeric, 4294967296) AS xid
 WHERE x::text = ANY (string_to_array($1, ',')) AND ($2 = 'all' OR
  NOT EXISTS (SELECT FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid) WHERE l.locktype = 'transactionid' AND l.granted AND l.transactionid::text = xid::text
   AND (a.state LIKE 'idle in transaction%' OR $2 = 'some' AND coalesce(a.wait_event, '') NOT SIMILAR TO 'SyncRep|WAL%'))
  AND NOT EXISTS (SELECT FROM pg_prepared_xacts AS p WHERE p.transaction::text = xid::text))`

// patience is after how long a transaction that runs something is taken as not about to commit.
const patience = time.Second

// settle waits until rows of all transactions whose commits stand in the log can be
// seen, so that no snapshot taken from now on lacks what Changes will not deliver. When
// tables were just published, it waits for all that run: their first changes are not sent.
func (c *conn) settle(ctx context.Context, all bool) error {
	row, err := c.one("SELECT coalesce(string_agg(x::text, ','), '') FROM pg_snapshot_xip(pg_current_snapshot()) AS x")
	if err != nil || row[0] == "" {
		return err
	}
	began := time.Now()
	for {
		mode := "none"
		if all {
			mode = "all"
		} else if time.Since(began) > patience {
			mode = "some"
		}
		n, err := c.one(committing, row[0], mode)
		if err != nil || n[0] == "0" {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// freeze opens a view of the database in c that stays as it is, and tells of which position it
// is: one that a slot of its own exports, because only decoding knows both to the row.
func (s *Source) freeze(ctx context.Context, c *conn) (source.Position, error) {
	level, err := c.one("SHOW wal_level")
	if err != nil {
		return "", err
	}
	if level[0] != "logical" { // No changes can follow, so nothing depends on the position.
		at, err := c.end()
		if err == nil {
			_, err = c.query("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
		}
		return source.Position(at.String()), err
	}
	slot, err := s.dial(ctx, true)
	if err != nil {
		return "", err
	}
	defer slot.Close() // The slot is temporary: it goes with the session, the view stays.
	name := fmt.Sprintf("%.40s_%08x", s.config.Slot, rand.Uint32())
	var rows [][]string
	err = slot.unhindered(ctx, func() (err error) {
		rows, err = slot.simple("CREATE_REPLICATION_SLOT " + ident(name) + " TEMPORARY LOGICAL pgoutput EXPORT_SNAPSHOT")
		return err
	})
	if codeOf(err) == errDenied {
		return "", s.noRights(err)
	}
	if err != nil {
		return "", err
	}
	if len(rows) != 1 || len(rows[0]) < 3 {
		return "", errMalformed
	}
	at, ok := parseLSN(rows[0][1])
	if !ok {
		return "", errMalformed
	}
	for _, q := range []string{"BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", "SET TRANSACTION SNAPSHOT " + quote(rows[0][2])} {
		if _, err := c.query(q); err != nil {
			return "", err
		}
	}
	return source.Position(at.String()), nil
}
