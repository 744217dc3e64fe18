package load

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync"

	"github.com/inlet-data/inlet/internal/flow/load/avro"
	"github.com/inlet-data/inlet/internal/flow/load/delimited"
	"github.com/inlet-data/inlet/internal/flow/load/infer"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// visitor looks at the chunks of one worker.
type visitor struct {
	see func(c *warehouse.Chunk) error
	end func()
}

// reading is a scan of delimited or ORC.
type reading interface {
	Columns() []warehouse.Column
	Workers() int
	Worker() warehouse.ScanWorker
}

// drain reads a scan to its end as the engine would, without the engine. stop ends the other workers when one fails.
func drain(scan reading, visit func() visitor, stop func()) error {
	var (
		group sync.WaitGroup
		once  sync.Once
		first error
	)
	for range scan.Workers() {
		w, v := scan.Worker(), visit()
		group.Go(func() {
			defer v.end()
			if err := drainOne(scan, w, v); err != nil {
				once.Do(func() { first = err })
				stop()
			}
		})
	}
	group.Wait()
	return first
}

func drainOne(scan reading, w warehouse.ScanWorker, v visitor) error {
	for {
		out := &warehouse.Chunk{}
		for _, c := range scan.Columns() {
			out.Vectors = append(out.Vectors, warehouse.NewVector(c.Type))
		}
		n, err := w.Fill(out)
		if n == 0 || err != nil {
			return err
		}
		out.Rows = n
		if err := v.see(out); err != nil {
			return err
		}
	}
}

// scanOptions are the COPY's, but that no rejected row ends the reading.
func (r *rehearsal) scanOptions(ctx context.Context) (opt delimited.Options, err error) {
	opt = r.options()
	opt.MaxErrors, opt.KeptErrors = -1, 1
	if r.Copy.Format.Kind == "avro" {
		opt.Transcode = func(in io.Reader) io.Reader { return avro.NewReader(in) }
	}
	opt.Layout, err = r.layout(ctx)
	return opt, err
}

// longestRecord is COPY's limit for a row of input: no value is longer.
const longestRecord = 4 << 20

// asText are columns that take any value.
func asText(columns []delimited.Column) []delimited.Column {
	all := make([]delimited.Column, len(columns))
	for i, c := range columns {
		all[i] = delimited.Column{Name: c.Name, Type: sqltype.Type{ID: sqltype.Varchar, Length: longestRecord}}
	}
	return all
}

// survey reads every value as text and asks which types take it.
func (r *rehearsal) survey(ctx context.Context) error {
	opt, err := r.scanOptions(ctx)
	if err != nil {
		return err
	}
	opt.TrimBlanks, opt.EmptyAsNull, opt.BlanksAsNull, opt.TruncateColumns = false, false, false, false
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	scan, err := delimited.New(ctx, r.inputs(), asText(r.columns), opt)
	if err != nil {
		return err
	}
	var all []*surveyor
	err = drain(scan, func() visitor {
		s := &surveyor{rehearsal: r}
		all = append(all, s)
		return visitor{see: s.see, end: s.end}
	}, cancel)
	err = errors.Join(err, scan.Close())
	r.merge(all)
	return err
}

// surveyor looks at the values that one worker reads.
type surveyor struct {
	rehearsal *rehearsal
	asked     *delimited.Checker // for the types of infer.Asked
	target    *delimited.Checker // for the table's columns, nil when there is no table
	at        map[sqltype.ID]int
	columns   []surveyed
}

// surveyed is what was seen of one column.
type surveyed struct {
	infer.Tally
	unfit, cut      int64
	inexact         int64
	example, reason string
}

func (s *surveyor) end() {
	for _, c := range []*delimited.Checker{s.asked, s.target} {
		if c != nil {
			c.Close()
		}
	}
}

// ready makes the checkers, with which the COPY's own rules decide.
func (s *surveyor) ready() (err error) {
	r := s.rehearsal
	opt := r.options()
	opt.TruncateColumns = false
	s.columns = make([]surveyed, len(r.columns))
	if r.out.Exists {
		if s.target, err = delimited.NewChecker(r.columns, opt); err != nil {
			return err
		}
	}
	opt.AcceptAnyDate = false
	s.at = map[sqltype.ID]int{}
	asked := make([]delimited.Column, len(infer.Asked))
	for i, id := range infer.Asked {
		s.at[id], asked[i].Type = i, sqltype.Type{ID: id}
	}
	s.asked, err = delimited.NewChecker(asked, opt)
	return err
}

func (s *surveyor) see(c *warehouse.Chunk) error {
	if s.columns == nil {
		if err := s.ready(); err != nil {
			return err
		}
	}
	for i := range s.columns {
		v := &c.Vectors[i]
		for row := range c.Rows {
			if v.Null(row) {
				s.columns[i].Null()
				s.check(i, nil)
				continue
			}
			s.value(i, v.Bytes(row))
		}
	}
	return nil
}

// value counts a value. Blanks around a value of FIXEDWIDTH are no part of it, unless it is text.
func (s *surveyor) value(i int, b []byte) {
	plain := b
	if s.rehearsal.Copy.Format.Kind == "fixedwidth" {
		plain = bytes.TrimSpace(b)
	}
	col := &s.columns[i]
	col.Add(plain, func(id sqltype.ID, b []byte) bool { return s.asked.Check(s.at[id], b) == nil })
	if len(plain) < len(b) {
		col.Bytes = max(col.Bytes, len(bytes.TrimRight(b, " ")))
	}
	if b == nil {
		b = []byte{}
	}
	s.check(i, b)
}

// check asks whether the table's column takes the value.
func (s *surveyor) check(i int, b []byte) {
	if s.target == nil {
		return
	}
	bad := s.target.Check(i, b)
	col, r := &s.columns[i], s.rehearsal
	if bad == nil {
		if t := r.columns[i].Type; t.ID == sqltype.Decimal && decimals(b) > t.Scale {
			col.inexact++
		}
		return
	}
	if r.Copy.Options.TruncateColumns && bad.Long() && isText(r.columns[i].Type) {
		col.cut++
	} else {
		col.unfit++
	}
	if col.reason == "" {
		col.example, col.reason = shown(b), bad.Reason
	}
}

// decimals counts the digits behind the point, without zeros at the end.
func decimals(b []byte) int {
	_, part, _ := bytes.Cut(b, []byte{'.'})
	return len(bytes.TrimRight(part, "0"))
}

func isText(t sqltype.Type) bool { return t.ID == sqltype.Varchar || t.ID == sqltype.Char }

// merge makes the findings of what the workers saw.
func (r *rehearsal) merge(all []*surveyor) {
	total := make([]surveyed, len(r.columns))
	for _, s := range all {
		for i := range s.columns {
			t, c := &total[i], &s.columns[i]
			t.Merge(&c.Tally)
			t.unfit, t.cut, t.inexact = t.unfit+c.unfit, t.cut+c.cut, t.inexact+c.inexact
			if t.reason == "" {
				t.example, t.reason = c.example, c.reason
			}
		}
	}
	for i := range total {
		t := &total[i]
		r.tallies = append(r.tallies, t.Tally)
		f := ColumnFinding{Name: r.columns[i].Name, Type: infer.SQL(r.columns[i].Type), Values: t.Values, Nulls: t.Nulls, Unfit: t.unfit, Truncated: t.cut,
			Inexact: t.inexact, Longest: t.Bytes, Example: t.example, Reason: t.reason}
		if !isText(r.columns[i].Type) {
			f.Values, f.Nulls = f.Values-t.Blanks, f.Nulls+t.Blanks
		}
		if typ, ok := t.Narrowest(r.datesFirst()); ok && t.Filled() {
			f.Narrowest = infer.SQL(typ)
		}
		r.out.Columns = append(r.out.Columns, f)
	}
}

// datesFirst reports a DATEFORMAT that says that there are dates.
func (r *rehearsal) datesFirst() bool {
	f := r.Copy.Options.DateFormat
	return f != "" && f != "auto"
}
