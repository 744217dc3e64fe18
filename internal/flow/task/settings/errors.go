package settings

// What a policy of errors can say.
const (
	Ignore       = "IGNORE"
	IgnoreRecord = "IGNORE_RECORD"
	LogError     = "LOG_ERROR"
	SuspendTable = "SUSPEND_TABLE"
	StopTask     = "STOP_TASK"
	InsertRecord = "INSERT_RECORD"
	UpdateRecord = "UPDATE_RECORD"
)

// ErrorBehavior says what becomes of rows, tables and the task when something fails.
type ErrorBehavior struct {
	DataErrorPolicy                             string `default:"LOG_ERROR" enum:"IGNORE_RECORD,LOG_ERROR,SUSPEND_TABLE,STOP_TASK"`
	DataTruncationErrorPolicy                   string `default:"LOG_ERROR" enum:"IGNORE_RECORD,LOG_ERROR,SUSPEND_TABLE,STOP_TASK"`
	DataMaskingErrorPolicy                      string `default:"STOP_TASK" enum:"IGNORE_RECORD,LOG_ERROR,SUSPEND_TABLE,STOP_TASK"`
	DataErrorEscalationPolicy                   string `default:"SUSPEND_TABLE" enum:"SUSPEND_TABLE,STOP_TASK"`
	DataErrorEscalationCount                    int    `range:"0-"` // 0 is never.
	EventErrorPolicy                            string `default:"IGNORE" enum:"IGNORE,STOP_TASK"`
	TableErrorPolicy                            string `default:"SUSPEND_TABLE" enum:"SUSPEND_TABLE,STOP_TASK"`
	TableErrorEscalationPolicy                  string `default:"STOP_TASK" enum:"STOP_TASK"`
	TableErrorEscalationCount                   int    `range:"0-"`                // 0 is never.
	RecoverableErrorCount                       int    `default:"-1" range:"-1-"`  // -1 is as often as the kind of error allows.
	RecoverableErrorInterval                    int    `default:"5" range:"0-"`    // Seconds.
	RecoverableErrorThrottling                  bool   `default:"true"`            // Each interval is twice the one before.
	RecoverableErrorThrottlingMax               int    `default:"1800" range:"0-"` // Seconds.
	RecoverableErrorStopRetryAfterThrottlingMax bool   `default:"true"`
	ApplyErrorDeletePolicy                      string `default:"IGNORE_RECORD" enum:"IGNORE_RECORD,LOG_ERROR,SUSPEND_TABLE,STOP_TASK"`
	ApplyErrorInsertPolicy                      string `default:"LOG_ERROR" enum:"IGNORE_RECORD,LOG_ERROR,SUSPEND_TABLE,STOP_TASK,INSERT_RECORD"`
	ApplyErrorUpdatePolicy                      string `default:"LOG_ERROR" enum:"IGNORE_RECORD,LOG_ERROR,SUSPEND_TABLE,STOP_TASK,UPDATE_RECORD"`
	ApplyErrorEscalationPolicy                  string `default:"LOG_ERROR" enum:"LOG_ERROR,SUSPEND_TABLE,STOP_TASK"`
	ApplyErrorEscalationCount                   int    `range:"0-"` // 0 is never.
	ApplyErrorFailOnTruncationDdl               bool
	FailOnNoTablesCaptured                      bool `default:"true"`
	FailOnTransactionConsistencyBreached        bool
	FullLoadIgnoreConflicts                     bool `default:"true"`
}
