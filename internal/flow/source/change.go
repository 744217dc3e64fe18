package source

import "time"

// Sink takes changes, in the order of the source's commits. Arguments are valid
// until the call returns; an error ends Changes with it.
type Sink interface {
	// Wants reports whether the rows of a table are to be delivered.
	Wants(table Name) bool
	// Rows adds changes of one table to the open transaction.
	Rows(rows *Rows) error
	// DDL tells of a statement that changed or emptied tables, between the rows before and after it.
	DDL(ddl *DDL) error
	// Commit ends the transaction.
	Commit(c Commit) error
	// Rollback drops what came since the last Commit; unless the source undid it, it will be delivered again.
	Rollback()
}

// Commit is the end of a transaction, also of one that brought nothing the sink wants.
type Commit interface {
	// Position is the place after the transaction; to start there repeats nothing and leaves out nothing.
	Position() Position
	// Time is when the source committed.
	Time() time.Time
}

// Op is what happened to rows.
type Op uint8

// What can happen to rows.
const (
	Insert Op = iota + 1
	Update
	Delete
)

// String names the operation as SQL does.
func (o Op) String() string {
	return [...]string{"", "INSERT", "UPDATE", "DELETE"}[o]
}

// Rows are changes of one kind to one table, in order.
type Rows struct {
	Table  *Table
	Op     Op
	Before Images // Of updates and deletes.
	After  Images // Of inserts and updates.
	NULs   int64  // Characters U+0000 left out, which Redshift cannot store.
}

// Verb is what a DDL statement does.
type Verb uint8

// What DDL statements do to tables.
const (
	Create Verb = iota + 1
	Alter
	Drop
	Rename
	Truncate
)

// String names the verb as SQL does.
func (v Verb) String() string {
	return [...]string{"", "CREATE TABLE", "ALTER TABLE", "DROP TABLE", "RENAME TABLE", "TRUNCATE TABLE"}[v]
}

// DDL is one statement on one table.
type DDL struct {
	Verb      Verb
	Table     Name
	To        Name // The new name, of Rename.
	Statement string
	Shape     *Table // The table as it is by now, which may be later; nil when it is gone. Rows carry their own.
}
