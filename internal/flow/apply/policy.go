package apply

// Policy says what becomes of a change that the target refuses.
type Policy uint8

// The policies, named after the values of DMS's error settings.
const (
	LogError     Policy = iota // It is left out, told, and kept in awsdms_apply_exceptions.
	IgnoreRecord               // It is left out and counted.
	SuspendTable               // The table is given up; the others go on.
	StopTask                   // Run returns the error; the position stays before the batch.
)

// Policies are those for each kind of trouble.
type Policies struct {
	Data       Policy // A value that does not fit.
	Truncation Policy // A text that is too long.
	Update     Policy // A row to be changed that the target does not have.
	Delete     Policy // A row to be deleted that the target does not have, of a table with a key.
	Table      Policy // The table itself: SuspendTable or StopTask.
	Most       int64  // More exceptions of a table than this are treated as Escalate says; 0 is no limit.
	Escalate   Policy // LogError goes on.
}
