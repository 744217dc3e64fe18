package warehouse

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"time"
)

// Batch is rows in memory on their way into one table: thousands of ledger
// rows go in with one statement and no SQL text for each.
type Batch struct {
	table   string
	columns []Column
	rows    [][]any
}

// NewBatch starts a batch for table, whose columns are named in order.
func NewBatch(table string, columns ...Column) *Batch { return &Batch{table: table, columns: columns} }

// Col is a column of a batch.
func Col(name string, kind Kind) Column { return Column{name, VectorType{Kind: kind}} }

// Add appends a row. Values are nil, int64, bool, string and time.Time, as the columns say.
func (b *Batch) Add(values ...any) { b.rows = append(b.rows, values) }

// Len is the number of rows.
func (b *Batch) Len() int { return len(b.rows) }

// Insert writes the batch in conn's transaction.
func (b *Batch) Insert(ctx context.Context, e Engine, conn Conn) error {
	if len(b.rows) == 0 {
		return nil
	}
	scan, release := e.Register(&batchScan{b})
	defer release()
	names := make([]string, len(b.columns))
	for i, c := range b.columns {
		names[i] = Quote(c.Name)
	}
	list := strings.Join(names, ", ")
	if _, err := conn.Exec(ctx, "INSERT INTO "+b.table+" ("+list+") SELECT "+list+" FROM "+scan); err != nil {
		return fmt.Errorf("insert %d rows into %s: %w", len(b.rows), b.table, err)
	}
	return nil
}

type batchScan struct{ b *Batch }

func (s *batchScan) Columns() []Column  { return s.b.columns }
func (s *batchScan) Workers() int       { return 1 }
func (s *batchScan) Worker() ScanWorker { return &batchWorker{b: s.b} }

type batchWorker struct {
	b    *Batch
	next int
	pins runtime.Pinner // strings the engine points to until the next Fill
}

func (w *batchWorker) Fill(out *Chunk) (int, error) {
	w.pins.Unpin()
	n := min(ChunkSize, len(w.b.rows)-w.next)
	for i := range n {
		for col, value := range w.b.rows[w.next+i] {
			if err := w.set(&out.Vectors[col], i, value); err != nil {
				return 0, fmt.Errorf("column %s: %w", w.b.columns[col].Name, err)
			}
		}
	}
	w.next += n
	return n, nil
}

func (w *batchWorker) set(v *Vector, row int, value any) error {
	switch x := value.(type) {
	case nil:
		v.SetNull(row)
	case bool:
		Values[bool](v)[row] = x
	case string:
		b := []byte(strings.ToValidUTF8(x, "\uFFFD"))
		if len(b) > inlineLength {
			w.pins.Pin(&b[0])
		}
		v.SetBytes(row, b)
	case time.Time:
		Values[int64](v)[row] = x.UnixMicro()
	case int64:
		if v.Type.Kind == KindInt32 {
			Values[int32](v)[row] = int32(x)
			break
		}
		Values[int64](v)[row] = x
	default:
		return fmt.Errorf("a batch holds no %T", value)
	}
	return nil
}

func (w *batchWorker) Close() { w.pins.Unpin() }
