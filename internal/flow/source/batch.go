package source

import (
	"math"

	"github.com/inlet-data/inlet/internal/fault"
)

// collected is how much CSV a batch holds before the sink gets it.
const collected = 256 << 10

// Batch is the rows of one table and kind that a stream collects for its sink. Streams write
// into Before and After; whatever else the sink is told goes through the batch, too, so that
// it comes in order.
type Batch struct {
	Rows
	Sink Sink

	told bool // The sink has part of a transaction.
}

// Begin makes a table and a kind those of the rows to come, unless the rows before go on.
func (b *Batch) Begin(t *Table, op Op) error {
	if b.Table == t && b.Op == op {
		return nil
	}
	if err := b.Deliver(); err != nil {
		return err
	}
	b.Table, b.Op = t, op
	b.clear()
	return nil
}

// Added is called after rows were written, and gives them away when they are many.
func (b *Batch) Added() error {
	if len(b.Before.Data())+len(b.After.Data()) > collected {
		return b.Deliver()
	}
	return nil
}

// Empty reports whether nothing was told of the open transaction.
func (b *Batch) Empty() bool { return !b.told && b.Before.Len()+b.After.Len() == 0 }

// Deliver gives the sink the rows that were collected.
func (b *Batch) Deliver() error {
	if b.Before.Len()+b.After.Len() == 0 {
		return nil
	}
	if max(len(b.Before.Data()), len(b.After.Data())) > math.MaxUint32 {
		return tooLong(b.Table.Name) // Images count in 32 bits.
	}
	b.told = true
	if err := b.Sink.Rows(&b.Rows); err != nil {
		return &refusal{err}
	}
	b.clear()
	return nil
}

func tooLong(table Name) error {
	return &fault.Error{Kind: fault.Unsupported, Code: "SourceRowSize", On: table.String(), Message: "a row, or the rows of one event, are more than 4 GiB as CSV",
		Hint: "leave out the columns of large objects by a transformation rule, or the table"}
}

// Tell gives the sink a statement, after the rows before it.
func (b *Batch) Tell(d *DDL) error {
	if err := b.Deliver(); err != nil {
		return err
	}
	b.told = true
	if err := b.Sink.DDL(d); err != nil {
		return &refusal{err}
	}
	return nil
}

// Commit delivers what is left and ends the transaction.
func (b *Batch) Commit(c Commit) error {
	if err := b.Deliver(); err != nil {
		return err
	}
	if err := b.Sink.Commit(c); err != nil {
		return &refusal{err}
	}
	b.told = false
	return nil
}

// Undo drops the open transaction, also where the sink has part of it.
func (b *Batch) Undo() {
	if b.Table != nil {
		b.clear()
	}
	if b.told {
		b.Sink.Rollback()
	}
	b.told = false
}

func (b *Batch) clear() {
	b.NULs = 0
	b.Before.Reset(len(b.Table.Columns))
	b.After.Reset(len(b.Table.Columns))
}
