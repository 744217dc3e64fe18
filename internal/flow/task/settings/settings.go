// Package settings reads the task settings of AWS DMS: every group and key with
// its default and its range. What it does not know is an error, never ignored.
package settings

import "encoding/json"

// Settings are a task's settings, with DMS's names. Tags hold what a key that is
// left out means, and what it may be.
type Settings struct {
	TargetMetadata                      TargetMetadata
	FullLoadSettings                    FullLoadSettings
	TTSettings                          *TTSettings
	Logging                             Logging
	ControlTablesSettings               ControlTablesSettings
	StreamBufferSettings                StreamBufferSettings
	ChangeProcessingDdlHandlingPolicy   ChangeProcessingDdlHandlingPolicy
	ErrorBehavior                       ErrorBehavior
	ChangeProcessingTuning              ChangeProcessingTuning
	ValidationSettings                  ValidationSettings
	ResyncSettings                      *ResyncSettings
	PostProcessingRules                 json.RawMessage
	CharacterSetSettings                *CharacterSetSettings
	LoopbackPreventionSettings          *LoopbackPreventionSettings
	BeforeImageSettings                 *BeforeImageSettings
	FailTaskWhenCleanTaskResourceFailed bool

	given map[string]bool
}

// Given reports whether the document itself held a key, named as group.key.
func (s *Settings) Given(key string) bool { return s.given[key] }

// TargetMetadata says where rows go, and how values of great size do.
type TargetMetadata struct {
	TargetSchema                 string
	SupportLobs                  bool `default:"true"`
	FullLobMode                  bool
	LobChunkSize                 int  `default:"64" range:"0-102400"` // KB.
	LimitedSizeLobMode           bool `default:"true"`
	LobMaxSize                   int  `default:"32" range:"0-102400"` // KB.
	InlineLobMaxSize             int  `range:"0-102400"`              // KB.
	LoadMaxFileSize              int  `range:"0-100000"`              // KB; 0 is the endpoint's.
	ParallelLoadThreads          int  `range:"0-32"`
	ParallelLoadBufferSize       int  `range:"0-1000"`
	ParallelLoadQueuesPerThread  int  `default:"1" range:"0-512"`
	ParallelApplyThreads         int  `range:"0-32"`
	ParallelApplyBufferSize      int  `default:"100" range:"0-1000"`
	ParallelApplyQueuesPerThread int  `default:"1" range:"0-512"`
	BatchApplyEnabled            bool
	TaskRecoveryTableEnabled     bool
}

// The values of TargetTablePrepMode.
const (
	DoNothing          = "DO_NOTHING"
	TruncateBeforeLoad = "TRUNCATE_BEFORE_LOAD"
	DropAndCreate      = "DROP_AND_CREATE"
)

// FullLoadSettings say how tables are loaded first.
type FullLoadSettings struct {
	TargetTablePrepMode             string `default:"DO_NOTHING" enum:"DO_NOTHING,TRUNCATE_BEFORE_LOAD,DROP_AND_CREATE"`
	CreatePkAfterFullLoad           bool
	StopTaskCachedChangesApplied    bool
	StopTaskCachedChangesNotApplied bool
	MaxFullLoadSubTasks             int `default:"8" range:"1-49"`
	TransactionConsistencyTimeout   int `default:"600" range:"0-"` // Seconds.
	CommitRate                      int `default:"10000" range:"1-50000"`
}

// Logging says what a task's log tells.
type Logging struct {
	EnableLogging       bool
	EnableLogContext    bool
	LogComponents       []LogComponent
	DeleteTaskLogs      bool
	CloudWatchLogGroup  *string // Given out, never taken.
	CloudWatchLogStream *string
}

// LogComponent is how much one part of a task tells.
type LogComponent struct {
	ID       string `json:"Id" enum:"DATA_STRUCTURE,COMMUNICATION,IO,COMMON,FILE_FACTORY,FILE_TRANSFER,REST_SERVER,ADDONS,TARGET_LOAD,TARGET_APPLY,SOURCE_UNLOAD,SOURCE_CAPTURE,TRANSFORMATION,SORTER,TASK_MANAGER,TABLES_MANAGER,METADATA_MANAGER,PERFORMANCE,VALIDATOR_EXT,VALIDATOR"`
	Severity string `default:"LOGGER_SEVERITY_DEFAULT" enum:"LOGGER_SEVERITY_ERROR,LOGGER_SEVERITY_WARNING,LOGGER_SEVERITY_INFO,LOGGER_SEVERITY_DEFAULT,LOGGER_SEVERITY_DEBUG,LOGGER_SEVERITY_DETAILED_DEBUG"`
}

// ControlTablesSettings say which tables of its own a task keeps in the warehouse.
type ControlTablesSettings struct {
	ControlSchema                 string
	HistoryTimeslotInMinutes      int `default:"5" range:"1-1440"`
	HistoryTableEnabled           bool
	SuspendedTablesTableEnabled   bool
	StatusTableEnabled            bool
	FullLoadExceptionTableEnabled bool
}

// StreamBufferSettings are the buffers between the parts of a task.
type StreamBufferSettings struct {
	StreamBufferCount        int `default:"3" range:"1-"`
	StreamBufferSizeInMB     int `default:"8" range:"1-"`
	CtrlStreamBufferSizeInMB int `default:"5" range:"1-8"`
}

// ChangeProcessingDdlHandlingPolicy says which statements on the source's tables are followed.
type ChangeProcessingDdlHandlingPolicy struct {
	HandleSourceTableDropped   bool `default:"true"`
	HandleSourceTableTruncated bool `default:"true"`
	HandleSourceTableAltered   bool `default:"true"`
}

// ChangeProcessingTuning says how changes are collected and applied.
type ChangeProcessingTuning struct {
	BatchApplyPreserveTransaction bool `default:"true"`
	BatchApplyTimeoutMin          int  `default:"1" range:"0-"`   // Seconds.
	BatchApplyTimeoutMax          int  `default:"30" range:"0-"`  // Seconds.
	BatchApplyMemoryLimit         int  `default:"500" range:"1-"` // MB.
	BatchSplitSize                int  `range:"0-"`               // Changes; 0 is no limit.
	MinTransactionSize            int  `default:"1000" range:"0-"`
	CommitTimeout                 int  `default:"1" range:"0-"`    // Seconds.
	MemoryLimitTotal              int  `default:"1024" range:"1-"` // MB.
	MemoryKeepTime                int  `default:"60" range:"0-"`   // Seconds.
	StatementCacheSize            int  `default:"50" range:"0-200"`
	RecoveryTimeout               int  `default:"-1" range:"-1-"` // Minutes; -1 is none.
}
