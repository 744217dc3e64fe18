//go:build cgo

package duckdb

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// counter is a scan of numbered rows, handed to its workers in chunks.
type counter struct {
	rows    int64
	workers int
	fill    func(out *warehouse.Chunk, first int64, n int) error // besides the number in column 0
	columns []warehouse.Column

	next           atomic.Int64
	made, closed   atomic.Int64
	closedTwice    atomic.Bool
	panicInColumns bool
	panicInWorker  bool
}

type counterWorker struct {
	c      *counter
	closed bool
}

func (c *counter) Columns() []warehouse.Column {
	if c.panicInColumns {
		panic("columns")
	}
	return append([]warehouse.Column{{Name: "id", Type: warehouse.VectorType{Kind: warehouse.KindInt64}}}, c.columns...)
}

func (c *counter) Workers() int { return c.workers }

func (c *counter) Worker() warehouse.ScanWorker {
	if c.panicInWorker {
		panic("worker")
	}
	c.made.Add(1)
	return &counterWorker{c: c}
}

func (w *counterWorker) Fill(out *warehouse.Chunk) (int, error) {
	first := w.c.next.Add(warehouse.ChunkSize) - warehouse.ChunkSize
	n := int(min(warehouse.ChunkSize, max(0, w.c.rows-first)))
	ids := warehouse.Values[int64](&out.Vectors[0])
	for i := range n {
		ids[i] = first + int64(i)
	}
	if w.c.fill != nil && n > 0 {
		if err := w.c.fill(out, first, n); err != nil {
			return 0, err
		}
	}
	return n, nil
}

func (w *counterWorker) Close() {
	if w.closed {
		w.c.closedTwice.Store(true)
	}
	w.closed = true
	w.c.closed.Add(1)
}

// allClosed checks that the engine has let go of every worker exactly once.
func (c *counter) allClosed(t testing.TB) {
	t.Helper()
	if c.made.Load() != c.closed.Load() || c.closedTwice.Load() {
		t.Errorf("%d workers made, %d closed, twice %v", c.made.Load(), c.closed.Load(), c.closedTwice.Load())
	}
}

// offHeap is memory that Go's collector does not own, as the engine requires for long text.
func offHeap(t testing.TB, text string) []byte {
	t.Helper()
	b, err := syscall.Mmap(-1, 0, len(text), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Munmap(b) })
	copy(b, text)
	return b
}

func TestScanRoundTrip(t *testing.T) {
	long := offHeap(t, strings.Repeat("long text ", 10))
	blob := offHeap(t, "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d")
	kind := func(k warehouse.Kind) warehouse.VectorType { return warehouse.VectorType{Kind: k} }
	decimal := func(p, s uint8) warehouse.VectorType {
		return warehouse.VectorType{Kind: warehouse.KindDecimal, Precision: p, Scale: s}
	}
	cases := []struct {
		typ  warehouse.VectorType
		set  func(v *warehouse.Vector, row int)
		want string
	}{
		{kind(warehouse.KindBool), func(v *warehouse.Vector, r int) { warehouse.Values[bool](v)[r] = true }, "true"},
		{kind(warehouse.KindInt8), func(v *warehouse.Vector, r int) { warehouse.Values[int8](v)[r] = -8 }, "-8"},
		{kind(warehouse.KindInt16), func(v *warehouse.Vector, r int) { warehouse.Values[int16](v)[r] = -16 }, "-16"},
		{kind(warehouse.KindInt32), func(v *warehouse.Vector, r int) { warehouse.Values[int32](v)[r] = -32 }, "-32"},
		{kind(warehouse.KindInt64), func(v *warehouse.Vector, r int) { warehouse.Values[int64](v)[r] = -64 }, "-64"},
		{kind(warehouse.KindInt128), func(v *warehouse.Vector, r int) {
			warehouse.Values[warehouse.Int128](v)[r] = warehouse.Int128{Lo: 1, Hi: -1}
		}, "-18446744073709551615"},
		{kind(warehouse.KindFloat), func(v *warehouse.Vector, r int) { warehouse.Values[float32](v)[r] = 0.5 }, "0.5"},
		{kind(warehouse.KindDouble), func(v *warehouse.Vector, r int) { warehouse.Values[float64](v)[r] = 0.25 }, "0.25"},
		{decimal(4, 1), func(v *warehouse.Vector, r int) { warehouse.Values[int16](v)[r] = -9999 }, "-999.9"},
		{decimal(9, 2), func(v *warehouse.Vector, r int) { warehouse.Values[int32](v)[r] = 123456789 }, "1234567.89"},
		{decimal(18, 3), func(v *warehouse.Vector, r int) { warehouse.Values[int64](v)[r] = -5 }, "-0.005"},
		{decimal(38, 37), func(v *warehouse.Vector, r int) {
			// 10^38-1, the largest there is
			warehouse.Values[warehouse.Int128](v)[r] = warehouse.Int128{Lo: 0x098A223FFFFFFFFF, Hi: 0x4B3B4CA85A86C47A}
		}, "9.9999999999999999999999999999999999999"},
		{kind(warehouse.KindVarchar), func(v *warehouse.Vector, r int) { v.SetBytes(r, []byte("short")) }, "short"},
		{kind(warehouse.KindVarchar), func(v *warehouse.Vector, r int) { v.SetBytes(r, nil) }, ""},
		{kind(warehouse.KindVarchar), func(v *warehouse.Vector, r int) { v.SetBytes(r, long[:12]) }, "long text lo"},
		{kind(warehouse.KindVarchar), func(v *warehouse.Vector, r int) { v.SetBytes(r, long) }, string(long)},
		{kind(warehouse.KindBlob), func(v *warehouse.Vector, r int) { v.SetBytes(r, blob) }, `\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0A\x0B\x0C\x0D`},
		{kind(warehouse.KindDate), func(v *warehouse.Vector, r int) { warehouse.Values[int32](v)[r] = -1 }, "1969-12-31"},
		{kind(warehouse.KindTime), func(v *warehouse.Vector, r int) { warehouse.Values[int64](v)[r] = 1 }, "00:00:00.000001"},
		{kind(warehouse.KindTimeTZ), func(v *warehouse.Vector, r int) { warehouse.Values[uint64](v)[r] = 1<<24 | (57599 - 3600) }, "00:00:00.000001+01"},
		{kind(warehouse.KindTimestamp), func(v *warehouse.Vector, r int) { warehouse.Values[int64](v)[r] = -1 }, "1969-12-31 23:59:59.999999"},
		{kind(warehouse.KindTimestampTZ), func(v *warehouse.Vector, r int) { warehouse.Values[int64](v)[r] = 0 }, "1970-01-01 00:00:00+00"},
		{kind(warehouse.KindInterval), func(v *warehouse.Vector, r int) {
			warehouse.Values[warehouse.Interval](v)[r] = warehouse.Interval{Months: 1, Days: 2, Micros: 3}
		}, "1 month 2 days 00:00:00.000003"},
	}
	c := &counter{rows: 5000, workers: 2}
	for i, test := range cases {
		c.columns = append(c.columns, warehouse.Column{Name: fmt.Sprintf("c%d", i), Type: test.typ})
	}
	c.fill = func(out *warehouse.Chunk, first int64, n int) error {
		for i, test := range cases {
			v := &out.Vectors[i+1]
			for row := range n {
				// Column i is NULL where the row's number is a multiple of i+2; the last column never is.
				if number := first + int64(row); i < len(cases)-1 && number%int64(i+2) == 0 {
					v.SetNull(row)
					continue
				}
				test.set(v, row)
			}
		}
		return nil
	}
	e := open(t, Config{Threads: 2})
	conn := connect(t, e)
	scan, release := e.Register(c)
	exec(t, conn, "CREATE TABLE t AS SELECT * FROM "+scan)
	release()
	for i, test := range cases {
		nulls := 0
		if i < len(cases)-1 {
			nulls = (5000 + i + 1) / (i + 2)
		}
		col := fmt.Sprintf("c%d", i)
		got := query(t, conn, "SELECT count(*) FILTER ("+col+" IS NULL), max(CAST("+col+" AS VARCHAR)), min(CAST("+col+" AS VARCHAR)) FROM t")
		diff(t, test.typ.String()+" "+test.want, []string{fmt.Sprintf("%d|%s|%s", nulls, test.want, test.want)}, got)
	}
	diff(t, "ids", []string{"5000|12497500"}, query(t, conn, "SELECT count(*), sum(id) FROM t"))
	c.allClosed(t)
}

func TestScanInParallel(t *testing.T) {
	e := open(t, Config{Threads: 4})
	conn := connect(t, e)
	arrived := make(chan struct{})
	var workers atomic.Int32
	c := &counter{rows: 100 * warehouse.ChunkSize, workers: 2}
	var once sync.Once
	c.fill = func(out *warehouse.Chunk, first int64, n int) error {
		// The first two chunks wait for each other: they must be filled by two threads.
		if first < 2*warehouse.ChunkSize {
			if workers.Add(1) == 2 {
				once.Do(func() { close(arrived) })
			}
			<-arrived
		}
		return nil
	}
	scan, release := e.Register(c)
	defer release()
	exec(t, conn, "CREATE TABLE t (id BIGINT)")
	if n := exec(t, conn, "INSERT INTO t SELECT * FROM "+scan); n != c.rows {
		t.Errorf("%d rows, want %d", n, c.rows)
	}
	if c.made.Load() != 2 {
		t.Errorf("%d workers, want 2", c.made.Load())
	}
	c.allClosed(t)
}

func TestScanErrors(t *testing.T) {
	cause := &fault.Error{Kind: fault.Invalid, Code: "XX000", Message: "bad row\x00\xff \"quoted\" {"}
	at := func(f func()) func(*warehouse.Chunk, int64, int) error {
		return func(_ *warehouse.Chunk, first int64, _ int) error {
			if first >= 150*warehouse.ChunkSize {
				f()
				return cause
			}
			return nil
		}
	}
	cases := []struct {
		name string
		scan *counter
		want string // in the message
		is   error
	}{
		{"in the middle", &counter{rows: 1e6, workers: 4, fill: at(func() {})}, "bad row", cause},
		{"panic in the middle", &counter{rows: 1e6, workers: 4, fill: at(func() { panic("boom") })}, "panic: boom", nil},
		{"panic in Columns", &counter{panicInColumns: true}, "panic: columns", nil},
		{"panic in Worker", &counter{panicInWorker: true}, "panic: worker", nil},
	}
	e := open(t, Config{Threads: 4})
	conn := connect(t, e)
	exec(t, conn, "CREATE TABLE t (id BIGINT)")
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			scan, release := e.Register(test.scan)
			defer release()
			exec(t, conn, "BEGIN")
			exec(t, conn, "INSERT INTO t VALUES (1)")
			_, err := conn.Exec(context.Background(), "INSERT INTO t SELECT * FROM "+scan)
			got := engineError(t, err)
			if !strings.Contains(got.Message, test.want) {
				t.Errorf("message %q", got.Message)
			}
			if test.is != nil && !errors.Is(err, test.is) {
				t.Errorf("cause %v", got.Err)
			}
			exec(t, conn, "ROLLBACK")
			diff(t, "rows", []string{"0"}, query(t, conn, "SELECT count(*) FROM t"))
			test.scan.allClosed(t)
		})
	}
	if err := e.Health(); err != nil {
		t.Errorf("health: %v", err)
	}
}

func TestScanTransaction(t *testing.T) {
	e := open(t, Config{})
	conn, other := connect(t, e), connect(t, e)
	exec(t, conn, "CREATE TABLE t (id BIGINT); CREATE TABLE ledger (file VARCHAR)")
	insert := func() {
		scan, release := e.Register(&counter{rows: 300000, workers: 2})
		defer release()
		exec(t, conn, "INSERT INTO t SELECT * FROM "+scan)
	}
	exec(t, conn, "BEGIN")
	insert()
	exec(t, conn, "INSERT INTO ledger VALUES ('a')")
	diff(t, "inside", []string{"300000"}, query(t, conn, "SELECT count(*) FROM t"))
	diff(t, "outside", []string{"0"}, query(t, other, "SELECT count(*) FROM t"))
	exec(t, conn, "ROLLBACK")
	diff(t, "after rollback", []string{"0|0"}, query(t, conn, "SELECT (SELECT count(*) FROM t), (SELECT count(*) FROM ledger)"))
	exec(t, conn, "BEGIN")
	insert()
	exec(t, conn, "COMMIT")
	diff(t, "after commit", []string{"300000"}, query(t, other, "SELECT count(*) FROM t"))
}

// A scan read in part, by a stream or under a LIMIT, is let go of all the same.
func TestScanReadInPart(t *testing.T) {
	e := open(t, Config{Threads: 2})
	conn := connect(t, e)
	c := &counter{rows: 1e7, workers: 2}
	scan, release := e.Register(c)
	if got := query(t, conn, "SELECT id FROM "+scan+" LIMIT 3"); len(got) != 3 {
		t.Errorf("%d rows", len(got))
	}
	rows, err := conn.Query(context.Background(), "SELECT id FROM "+scan)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := rows.Next(); err != nil {
		t.Fatal(err)
	}
	rows.Close()
	c.allClosed(t)
	release()
	if len(e.scans.byID) != 0 {
		t.Errorf("%d scans are still registered", len(e.scans.byID))
	}
	if _, err := conn.Exec(context.Background(), "SELECT * FROM "+scan); err == nil {
		t.Error("a released scan can be read")
	}
}

func TestFunction(t *testing.T) {
	text, number := warehouse.VectorType{Kind: warehouse.KindVarchar}, warehouse.VectorType{Kind: warehouse.KindInt64}
	cause := errors.New("no such pattern")
	repeat := warehouse.Function{Name: "again", Args: []warehouse.VectorType{text, number}, Returns: text,
		Call: func(args *warehouse.Chunk, out *warehouse.Result) error {
			for row := range args.Rows {
				if args.Vectors[0].Null(row) || args.Vectors[1].Null(row) {
					out.SetNull(row)
					continue
				}
				n := warehouse.Values[int64](&args.Vectors[1])[row]
				switch {
				case n == -1:
					return cause
				case n == -2:
					panic("n")
				case n == -3:
					out.SetText(row, []byte{0xff})
				default:
					out.SetText(row, []byte(strings.Repeat(string(args.Vectors[0].Bytes(row)), int(n))))
				}
			}
			return nil
		}}
	length := warehouse.Function{Name: "width", Args: []warehouse.VectorType{text}, Returns: number,
		Call: func(args *warehouse.Chunk, out *warehouse.Result) error {
			for row := range args.Rows {
				if !args.Vectors[0].Null(row) {
					warehouse.Values[int64](&out.Vector)[row] = int64(len(args.Vectors[0].Bytes(row)))
				} else {
					warehouse.Values[int64](&out.Vector)[row] = -1
				}
			}
			return nil
		}}
	e := open(t, Config{Functions: []warehouse.Function{repeat}, Setup: func(exec func(string) error) error {
		return exec("CREATE MACRO overlay.main.thrice(x) AS again(x, 3)")
	}})
	if err := e.RegisterScalar(length); err != nil {
		t.Fatal(err)
	}
	c := connect(t, e)
	// 2000 texts of 8 bytes, 2000 of 20, 1000 NULLs
	diff(t, "rows", []string{"5000|56000|1000"}, query(t, c, `SELECT count(*), sum(strlen(again('abcd', n))), count(*) FILTER (again('x', n) IS NULL)
		FROM (SELECT CASE WHEN range % 5 > 0 THEN 2 + 3 * (range % 2) END AS n FROM range(5000))`))
	diff(t, "macro", []string{"ababab"}, query(t, c, "SELECT thrice('ab')"))
	diff(t, "null to value", []string{"-1|13"}, query(t, c, "SELECT width(NULL), width('thirteen byte')"))
	for n, want := range map[int]string{-1: "no such pattern", -2: "panic: n", -3: "not valid UTF-8"} {
		_, err := c.Exec(context.Background(), "SELECT again('x', $1)", int64(n))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("again('x', %d): %v", n, err)
		}
		if n == -1 && !errors.Is(err, cause) {
			t.Errorf("cause of %v is lost", err)
		}
	}
}
