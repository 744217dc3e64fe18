package mysql

import (
	"bytes"
	"fmt"
	"time"

	gomysql "github.com/go-mysql-org/go-mysql/mysql"
	"github.com/go-mysql-org/go-mysql/replication"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
)

const eventHeader = 19

// stream turns the events of the log into transactions.
type stream struct {
	wire   *wire
	parser *replication.BinlogParser
	schema *schema
	seen   *transactions

	at     position // After the last event.
	done   position // After the last transaction.
	when   uint32
	inside bool // A transaction is open; its end is an event of its own.

	maps map[uint64]*plan // Of the tables that are wanted, by the numbers in the log.
	rows source.Batch     // Not yet delivered.

	body []byte // Of the rows event that is read, from its rows on.
}

func newStream(l line, from position, beside *conn, sink source.Sink) (*stream, error) {
	seen, err := parseTransactions(beside.mariadb(), from.gtid)
	if err != nil {
		return nil, err
	}
	f := &stream{schema: newSchema(beside), rows: source.Batch{Sink: sink}, seen: seen, at: from, done: from, maps: map[uint64]*plan{}, parser: replication.NewBinlogParser()}
	f.at.line = l
	f.parser.SetFlavor(gomysql.MySQLFlavor)
	if beside.mariadb() {
		f.parser.SetFlavor(gomysql.MariaDBFlavor)
	}
	f.parser.SetRowsEventDecodeFunc(func(e *replication.RowsEvent, data []byte) error {
		n, err := e.DecodeHeader(data)
		if err == nil {
			f.body = data[n:]
		}
		return err
	})
	return f, nil
}

// Position is the place after the transaction.
func (f *stream) Position() source.Position {
	p := f.at
	p.gtid = f.seen.String()
	return source.Position(p.String())
}

// Time is when the source committed.
func (f *stream) Time() time.Time { return time.Unix(int64(f.when), 0) }

// event takes one event; data is valid until it returns.
func (f *stream) event(data []byte) error {
	typ := replication.EventType(data[4])
	if !isRows(typ) {
		data = bytes.Clone(data) // The parser keeps parts of it.
	}
	e, err := f.parse(data)
	if err != nil {
		return err
	}
	if e.Header.LogPos > 0 && typ != replication.HEARTBEAT_EVENT && typ != replication.FORMAT_DESCRIPTION_EVENT {
		f.at.advance(e.Header.LogPos)
	}
	head := e.Header
	if head.Timestamp > 0 && (typ != replication.FORMAT_DESCRIPTION_EVENT || f.when == 0) {
		f.when = head.Timestamp
	}
	switch e := e.Event.(type) {
	case *replication.FormatDescriptionEvent:
		return f.opened(head.Timestamp)
	case *replication.RotateEvent:
		f.at.file, f.at.offset = string(e.NextLogName), e.Position
	case *replication.MariadbGTIDEvent:
		f.seen.maria, f.inside = e.GTID, !e.IsStandalone()
	case *replication.GTIDEvent:
		f.seen.mysql = e
	case *replication.GtidTaggedLogEvent:
		f.seen.lost = true
	case *replication.XIDEvent:
		return f.commit()
	case *replication.QueryEvent:
		return f.query(string(e.Query), string(e.Schema))
	case *replication.TableMapEvent:
		return f.announce(e, data[eventHeader+6:])
	case *replication.RowsEvent:
		return f.change(typ, e)
	case *replication.TransactionPayloadEvent:
		return unreadable("binlog_transaction_compression is ON", "SET GLOBAL binlog_transaction_compression = OFF")
	}
	return f.other(typ)
}

// opened notes when the file was made that is read now; the one of the position must be the same.
func (f *stream) opened(born uint32) error {
	if f.at.born = born; f.done.born != 0 && f.done.born != born && f.done.file == f.at.file && f.done.line == f.at.line {
		return reset(f.done)
	}
	return nil
}

func (f *stream) other(typ replication.EventType) error {
	switch typ {
	case replication.HEARTBEAT_EVENT:
		if !f.inside && f.at.follows(f.done) { // Before it stands what the server skips, entered by GTID.
			return f.commit() // Else an idle source would stay at a place that is purged some day.
		}
	case replication.XA_PREPARE_LOG_EVENT:
		if f.rows.Empty() {
			return f.commit()
		}
		return unreadable("the log holds a distributed transaction (XA)", "commit without XA, and load the tables again")
	case replication.INCIDENT_EVENT:
		return unreadable("the log says that changes were lost (incident)", "load the tables again")
	}
	return nil
}

func unreadable(what, mend string) error {
	return &fault.Error{Kind: fault.Unsupported, Code: CodeFormat, Message: what + ", which cannot be followed", Hint: mend}
}

// parse guards against what go-mysql does with malformed events.
func (f *stream) parse(data []byte) (e *replication.BinlogEvent, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: event of type %d: %v", errMalformed, data[4], r)
		}
	}()
	e, err = f.parser.Parse(data)
	if err != nil {
		err = fmt.Errorf("%w: %w", errMalformed, err)
	}
	return e, err
}

func isRows(typ replication.EventType) bool {
	switch typ {
	case replication.WRITE_ROWS_EVENTv1, replication.UPDATE_ROWS_EVENTv1, replication.DELETE_ROWS_EVENTv1,
		replication.WRITE_ROWS_EVENTv2, replication.UPDATE_ROWS_EVENTv2, replication.DELETE_ROWS_EVENTv2, replication.PARTIAL_UPDATE_ROWS_EVENT,
		replication.MARIADB_WRITE_ROWS_COMPRESSED_EVENT_V1, replication.MARIADB_UPDATE_ROWS_COMPRESSED_EVENT_V1, replication.MARIADB_DELETE_ROWS_COMPRESSED_EVENT_V1:
		return true
	}
	return false
}

// announce notes how the rows of a table will stand.
func (f *stream) announce(e *replication.TableMapEvent, body []byte) error {
	delete(f.maps, e.TableID)
	if !f.rows.Sink.Wants(source.Name{Schema: string(e.Schema), Table: string(e.Table)}) {
		return nil
	}
	p, err := f.schema.plan(e, body)
	if err != nil {
		return err
	}
	f.maps[e.TableID] = p
	return nil
}

// change decodes the rows of an event.
func (f *stream) change(typ replication.EventType, e *replication.RowsEvent) error {
	p := f.maps[e.TableID]
	if p == nil {
		return nil
	}
	data, err := f.body, error(nil)
	switch typ {
	case replication.PARTIAL_UPDATE_ROWS_EVENT:
		return unreadable("binlog_row_value_options is PARTIAL_JSON", "SET GLOBAL binlog_row_value_options = ''")
	case replication.MARIADB_WRITE_ROWS_COMPRESSED_EVENT_V1, replication.MARIADB_UPDATE_ROWS_COMPRESSED_EVENT_V1, replication.MARIADB_DELETE_ROWS_COMPRESSED_EVENT_V1:
		if data, err = decompress(data); err != nil {
			return err
		}
	}
	if int(e.ColumnCount) != len(p.cells) || !whole(e.ColumnBitmap1, p) || e.Type() == replication.EnumRowsEventTypeUpdate && !whole(e.ColumnBitmap2, p) {
		return &fault.Error{Kind: fault.Conflict, Code: CodeFormat, On: p.table.Name.String(), Message: "binlog_row_image was not FULL when rows were changed: the log lacks some of their columns",
			Hint: "SET GLOBAL binlog_row_image = FULL, end the sessions that are open, and load the table again"}
	}
	if err := f.rows.Begin(&p.table.Table, source.Op(e.Type())); err != nil {
		return err
	}
	for len(data) > 0 {
		before := len(data)
		if data, err = f.row(p, e, data); err != nil {
			return fmt.Errorf("rows of %s: %w", p.table.Name, err)
		}
		if len(data) == before {
			break // A row of no columns.
		}
	}
	f.rows.NULs, p.nuls = f.rows.NULs+p.nuls, 0
	return f.rows.Added()
}

// whole reports whether every stored column is sent.
func whole(present []byte, p *plan) bool {
	for i := range p.cells {
		if !p.cells[i].drop && present[i>>3]>>(i&7)&1 == 0 {
			return false
		}
	}
	return true
}

func (f *stream) row(p *plan, e *replication.RowsEvent, data []byte) ([]byte, error) {
	var err error
	switch f.rows.Op {
	case source.Insert:
		return p.image(&f.rows.After, data, e.ColumnBitmap1)
	case source.Delete:
		return p.image(&f.rows.Before, data, e.ColumnBitmap1)
	}
	if data, err = p.image(&f.rows.Before, data, e.ColumnBitmap1); err != nil {
		return nil, err
	}
	return p.image(&f.rows.After, data, e.ColumnBitmap2)
}

func (f *stream) commit() error {
	if err := f.rows.Deliver(); err != nil {
		return err
	}
	f.seen.commit()
	if err := f.rows.Commit(f); err != nil {
		return err
	}
	f.done, f.inside = f.at, false
	return nil
}

// query takes a statement: the edge of a transaction, or a change of tables.
func (f *stream) query(sql, schema string) error {
	s := parseStatement(sql, schema)
	switch {
	case s.begin:
		f.inside = true
		return nil
	case s.partly:
		return unreadable("the log holds the statement "+sql, "load the tables again")
	case s.undo:
		f.rows.Undo()
		return f.commit()
	case s.ends:
		return f.commit()
	}
	for _, n := range s.rows {
		if f.rows.Sink.Wants(n) {
			return &fault.Error{Kind: fault.Conflict, Code: CodeFormat, On: n.String(), Message: "a session with binlog_format other than ROW changed rows: the log holds the statement and not the rows",
				Detail: sql, Hint: "SET GLOBAL binlog_format = ROW, end the sessions that are open, and load the table again"}
		}
	}
	if s.cuts && len(s.ddl) > 0 && f.rows.Sink.Wants(s.ddl[0].Table) {
		return &fault.Error{Kind: fault.Conflict, Code: CodeFormat, On: s.ddl[0].Table.String(), Message: "the statement takes rows out of the table, or into it, that the log does not hold",
			Detail: sql, Hint: "load the table again"}
	}
	f.inside = f.inside || s.opens
	if err := f.alter(s.ddl); err != nil || f.inside {
		return err
	}
	return f.commit()
}

// alter tells of DDL.
func (f *stream) alter(all []source.DDL) error {
	if len(all) == 0 {
		return nil
	}
	if err := f.rows.Deliver(); err != nil {
		return err
	}
	clear(f.maps)
	for i := range all {
		d := &all[i]
		f.schema.forget(d.Table)
		f.schema.forget(d.To)
		if !f.rows.Sink.Wants(d.Table) && (d.To == source.Name{} || !f.rows.Sink.Wants(d.To)) {
			continue
		}
		now := d.Table
		if d.Verb == source.Rename {
			now = d.To
		}
		if t, err := f.schema.c.describe(now); err == nil {
			d.Shape = &t.Table
		} else if passing(err) {
			return err
		}
		if err := f.rows.Tell(d); err != nil {
			return err
		}
	}
	return nil
}

// decompress undoes MariaDB's log_bin_compress.
func decompress(data []byte) (out []byte, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errMalformed
		}
	}()
	return gomysql.DecompressMariadbData(data)
}
