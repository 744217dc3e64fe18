package target

// Prep says what becomes of a table of the warehouse before a full load.
type Prep uint8

// The modes, named after TargetTablePrepMode. In all of them a table that is missing is made.
const (
	DoNothing          Prep = iota // What is there stays; a second load adds the rows again.
	TruncateBeforeLoad             // Rows go; the table, its columns and its grants stay.
	DropAndCreate                  // The table is made anew; grants and hand-made types are gone.
	Refit                          // No setting: rows go, columns that are missing come. For what a task loads again because of a change of shape.
	Join                           // No setting: what is there stays, columns that are missing come. For another table whose rows go there, too.
)

// String is the mode as task settings write it.
func (p Prep) String() string {
	return [...]string{"DO_NOTHING", "TRUNCATE_BEFORE_LOAD", "DROP_AND_CREATE", "REFIT", "JOIN"}[p]
}
