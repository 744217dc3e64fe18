package postgres

import (
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/source/sourcetest"
)

// message builds what pgoutput sends.
type message []byte

func (m message) u8(v byte) message    { return append(m, v) }
func (m message) u16(v uint16) message { return binary.BigEndian.AppendUint16(m, v) }
func (m message) u32(v uint32) message { return binary.BigEndian.AppendUint32(m, v) }
func (m message) u64(v uint64) message { return binary.BigEndian.AppendUint64(m, v) }
func (m message) str(v string) message { return append(append(m, v...), 0) }

const (
	absent  = "\x00absent"
	nothing = "\x00nothing"
)

func (m message) tuple(kind byte, values ...string) message {
	m = m.u8(kind).u16(uint16(len(values)))
	for _, v := range values {
		switch v {
		case absent:
			m = m.u8('u')
		case nothing:
			m = m.u8('n')
		default:
			m = append(m.u8('t').u32(uint32(len(v))), v...)
		}
	}
	return m
}

// seedColumns are ten columns of common types.
var seedColumns = []column{{form: plain, key: true}, {form: plain}, {form: text}, {form: text}, {form: plain}, {form: plain}, {form: plain}, {form: moment}, {form: day}, {form: text}}

var seedRow = []string{"1234567", "4000000000", "customer number 1234567", `a note, with "quotes" in it`, "12345.67", "1234.5678", "t", "2024-06-15 12:34:56.123456", "2024-06-15", "shipped"}

const seedCSV = `1234567,4000000000,"customer number 1234567","a note, with ""quotes"" in it",12345.67,1234.5678,t,2024-06-15 12:34:56.123456,2024-06-15,"shipped"`

func seedRelation() message {
	m := message{'R'}.u32(7).str("shop").str("orders").u8('d').u16(uint16(len(seedColumns)))
	for i := range seedColumns {
		flags := byte(0)
		if seedColumns[i].key {
			flags = 1
		}
		m = m.u8(flags).str("c" + string(rune('0'+i))).u32(25).u32(0xffffffff)
	}
	return m
}

// shapes makes tables without a server.
func shapes(r *relation) (*table, error) {
	t := &table{Table: source.Table{Name: r.name}, identity: r.identity}
	for i, a := range r.columns {
		c := column{Column: source.Column{Name: a.name}, oid: a.oid, mod: a.mod, key: a.key, form: seedColumns[i%len(seedColumns)].form}
		if a.key {
			t.Key = append(t.Key, i)
		}
		t.columns, t.Columns = append(t.columns, c), append(t.Columns, c.Column)
	}
	return t, nil
}

func newStream(sink source.Sink) *stream {
	return &stream{members: &membership{}, rows: source.Batch{Sink: sink}, seen: map[uint32]*followed{}, shape: shapes}
}

// journal writes down what comes and complains of what a sink may not get.
type journal struct {
	lines []string
	rows  int
	quiet bool
}

func (j *journal) Wants(source.Name) bool { return true }

func (j *journal) Rows(r *source.Rows) error {
	j.rows += max(r.Before.Len(), r.After.Len())
	before, after := r.Before.Len(), r.After.Len()
	if r.Op == source.Update && before != after || r.Op == source.Insert && before > 0 || r.Op == source.Delete && after > 0 {
		return errors.New("images do not go together")
	}
	if j.quiet {
		return nil
	}
	for i := range before {
		j.lines = append(j.lines, r.Op.String()+" before "+string(r.Before.Row(i)))
	}
	for i := range after {
		j.lines = append(j.lines, r.Op.String()+" after "+string(r.After.Row(i)))
	}
	return nil
}

func (j *journal) DDL(d *source.DDL) error {
	j.lines = append(j.lines, d.Verb.String()+" "+d.Statement)
	return nil
}
func (j *journal) Commit(c source.Commit) error {
	j.lines = append(j.lines, "commit "+string(c.Position()))
	return nil
}
func (j *journal) Rollback() { j.lines = append(j.lines, "rollback") }

func commitAt(at uint64) message { return message{'C', 0}.u64(at - 1).u64(at).u64(0) }

func TestStream(t *testing.T) {
	relation := message{'R'}.u32(1).str("shop").str("t").u8('d').u16(3).u8(1).str("id").u32(23).u32(0).u8(0).str("n").u32(23).u32(0).u8(0).str("v").u32(25).u32(0)
	tests := []struct {
		name     string
		messages []message
		want     []string
		bad      bool
	}{
		{"insert", []message{message{'I'}.u32(1).tuple('N', "1", nothing, "a")}, []string{"INSERT after 1,\x00,\"a\""}, false},
		{"update", []message{message{'U'}.u32(1).tuple('N', "1", "2", absent)}, []string{"UPDATE before 1,,", "UPDATE after 1,2,"}, false},
		{"update of the key", []message{message{'U'}.u32(1).tuple('K', "1", nothing, nothing).tuple('N', "2", "2", absent)}, []string{"UPDATE before 1,,", "UPDATE after 2,2,"}, false},
		{"update with the old row", []message{message{'U'}.u32(1).tuple('O', "1", "2", "a").tuple('N', "2", "2", absent)}, []string{`UPDATE before 1,2,"a"`, `UPDATE after 2,2,"a"`}, false},
		{"delete", []message{message{'D'}.u32(1).tuple('K', "1", nothing, nothing)}, []string{"DELETE before 1,,"}, false},
		{"truncate", []message{message{'T'}.u32(1).u8(1).u32(1)}, []string{`TRUNCATE TABLE TRUNCATE TABLE "shop"."t" CASCADE`}, false},
		{"old key without the key", []message{message{'D'}.u32(1).tuple('K', nothing, "1", nothing)}, nil, true},
		{"key that is not sent", []message{message{'U'}.u32(1).tuple('N', absent, "1", "2")}, nil, true},
		{"too few columns", []message{message{'I'}.u32(1).tuple('N', "1")}, nil, true},
		{"not announced", []message{message{'I'}.u32(2).tuple('N', "1")}, nil, true},
		{"cut off", []message{message{'I'}.u32(1).tuple('N', "1", "2", "abc")[:20]}, nil, true},
		{"unknown", []message{{'?'}}, nil, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			j := &journal{}
			f := newStream(j)
			var err error
			for _, m := range append([]message{{'B'}, relation}, append(tt.messages, commitAt(0x10000002A))...) {
				if err = f.message(m); err != nil {
					break
				}
			}
			if tt.bad {
				if err == nil || len(j.lines) > 0 {
					t.Errorf("%v, %v; want an error and nothing else", err, j.lines)
				}
				return
			}
			if diff := cmp.Diff(append(tt.want, "commit 00000001/0000002A"), j.lines); diff != "" || err != nil {
				t.Errorf("%v; lines differ (-want +got):\n%s", err, diff)
			}
		})
	}
}

// TestStreamDropped: what a lost connection cut off is told again in full.
func TestStreamDropped(t *testing.T) {
	relation := func(column string) message {
		return message{'R'}.u32(1).str("shop").str("t").u8('d').u16(2).u8(1).str("id").u32(23).u32(0).u8(0).str(column).u32(23).u32(0)
	}
	insert := message{'I'}.u32(1).tuple('N', "1", "2")
	j := &journal{}
	f := newStream(j)
	play := func(all ...message) {
		for _, m := range all {
			if err := f.message(m); err != nil {
				t.Fatal(err)
			}
		}
	}
	play(message{'B'}, relation("a"), insert, commitAt(10))
	play(message{'B'}, relation("b"), insert)
	f.drop()
	play(message{'B'}, relation("b"), insert, commitAt(20))
	alter := `ALTER TABLE ALTER TABLE "shop"."t" DROP COLUMN "a", ADD COLUMN "b" `
	want := []string{"INSERT after 1,2", "commit 00000000/0000000A", alter, "rollback", alter, "INSERT after 1,2", "commit 00000000/00000014"}
	if diff := cmp.Diff(want, j.lines); diff != "" {
		t.Errorf("lines differ (-want +got):\n%s", diff)
	}
}

func TestMoney(t *testing.T) {
	for v, want := range map[string]string{"$1,234.56": "1234.56", "-$0.05": "-0.05", "($1,234.56)": "-1234.56", "1.234,56 €": "1234.56", "−1 234,56 Kč": "-1234.56"} {
		c := column{form: money, scale: 2}
		if got := string(c.value(nil, []byte(v))); got != want {
			t.Errorf("%s is %s, want %s", v, got, want)
		}
	}
	c := column{form: money}
	if got := string(c.value(nil, []byte("¥1,234"))); got != "1234" {
		t.Errorf("yen: %s", got)
	}
}

func TestNulls(t *testing.T) {
	csv := []byte("\x01,1,\"\x01\",\x01\n2,\"a\"\"\x01\",\x01,\x01\n")
	nulls(csv)
	if want := "\x00,1,\"\x01\",\x00\n2,\"a\"\"\x01\",\x00,\x00\n"; string(csv) != want {
		t.Errorf("%q, want %q", csv, want)
	}
}

// FuzzStream: no message makes the decoder panic, or deliver images that do not go together.
func FuzzStream(f *testing.F) {
	seed := seedRelation()
	f.Add([]byte(seed), []byte(message{'I'}.u32(7).tuple('N', seedRow...)), []byte(commitAt(9)))
	f.Add([]byte(seed), []byte(message{'U'}.u32(7).tuple('K', seedRow...).tuple('N', seedRow...)), []byte(message{'T'}.u32(1).u8(0).u32(7)))
	f.Add([]byte(seed), []byte(message{'U'}.u32(7).tuple('N', seedRow...)), []byte(seed))
	f.Add([]byte(seed), []byte(message{'D'}.u32(7).tuple('O', seedRow...)), []byte(message{'U'}.u32(7).tuple('O', seedRow...).tuple('N', seedRow...)))
	f.Fuzz(func(t *testing.T, a, b, c []byte) {
		j := &journal{quiet: true}
		s := newStream(j)
		for _, m := range [][]byte{{'B'}, a, b, c, b, commitAt(20)} {
			if err := s.message(m); err != nil {
				if strings.Contains(err.Error(), "go together") {
					t.Fatal(err)
				}
				s.drop()
				return
			}
		}
	})
}

// FuzzFrame: no bytes make the reader of messages panic.
func FuzzFrame(f *testing.F) {
	f.Add([]byte("Z\x00\x00\x00\x05Id\x00\x00\x00\x04"))
	f.Add([]byte("d\x00\x00\x00\x03"))
	f.Fuzz(func(t *testing.T, data []byte) {
		w := newWire(strings.NewReader(string(data)))
		for {
			kind, body, err := w.frame()
			if err != nil {
				return
			}
			if kind == 'E' && failure(body) == nil {
				t.Fatal("an error that is none")
			}
		}
	})
}

func benchMessages(b *testing.B, messages ...message) {
	j := &journal{quiet: true}
	f := newStream(j)
	for _, m := range []message{{'B'}, seedRelation()} {
		if err := f.message(m); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	sourcetest.PerCPU(b, 1, func() {
		for _, m := range messages {
			if err := f.message(m); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkInsert(b *testing.B) { benchMessages(b, message{'I'}.u32(7).tuple('N', seedRow...)) }

func BenchmarkUpdate(b *testing.B) { benchMessages(b, message{'U'}.u32(7).tuple('N', seedRow...)) }

func TestSeed(t *testing.T) {
	j := &journal{}
	f := newStream(j)
	for _, m := range []message{{'B'}, seedRelation(), message{'I'}.u32(7).tuple('N', seedRow...), commitAt(1)} {
		if err := f.message(m); err != nil {
			t.Fatal(err)
		}
	}
	if j.lines[0] != "INSERT after "+seedCSV {
		t.Errorf("%s, want %s", j.lines[0], seedCSV)
	}
}
