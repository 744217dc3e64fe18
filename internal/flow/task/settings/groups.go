package settings

// ValidationSettings say how the tables of both sides are compared.
type ValidationSettings struct {
	EnableValidation                 bool
	ValidationMode                   string `default:"ROW_LEVEL" enum:"ROW_LEVEL,GROUP_LEVEL"`
	ThreadCount                      int    `default:"5" range:"1-"`
	PartitionSize                    int    `default:"10000" range:"1-"` // Rows.
	FailureMaxCount                  int    `default:"10000" range:"1-"`
	TableFailureMaxCount             int    `default:"1000" range:"1-"`
	RecordFailureDelayInMinutes      int    `default:"5" range:"0-"`
	RecordFailureDelayLimitInMinutes int    `range:"0-"`
	RecordSuspendDelayInMinutes      int    `default:"30" range:"0-"`
	MaxKeyColumnSize                 int    `default:"8096" range:"1-"`
	ValidationOnly                   bool
	HandleCollationDiff              bool
	SkipLobColumns                   bool
	ValidationPartialLobSize         int `range:"0-"` // KB; 0 is all.
	ValidationQueryCdcDelaySeconds   int `range:"0-"`
}

// TTSettings are of time travel, which Redshift targets do not have.
type TTSettings struct {
	EnableTT         bool
	TTS3Settings     *TTS3Settings
	TTRecordSettings *TTRecordSettings
}

// TTS3Settings say where time travel keeps its files.
type TTS3Settings struct {
	EncryptionMode                   string `enum:",sse-s3,sse-kms"`
	ServerSideEncryptionKmsKeyId     string //nolint:revive // The key's name.
	ServiceAccessRoleArn             string
	BucketName                       string
	BucketFolder                     string
	EnableDeletingFromS3OnTaskDelete bool
}

// TTRecordSettings say what time travel keeps.
type TTRecordSettings struct {
	EnableRawData   bool
	OperationsToLog string `default:"ALL"`
	MaxRecordSize   int    `default:"64" range:"1-"` // KB.
}

// ResyncSettings are of resynchronization, which Redshift targets do not have.
type ResyncSettings struct {
	EnableResync     bool
	ResyncSchedule   string
	MaxResyncTime    int    `range:"0-"` // Minutes.
	ValidationTaskID string `json:"ValidationTaskId"`
}

// CharacterSetSettings replace characters on the way.
type CharacterSetSettings struct {
	CharacterReplacements []CharacterReplacement
	CharacterSetSupport   *CharacterSetSupport
}

// CharacterReplacement puts one character in another's place; 0 removes it.
type CharacterReplacement struct {
	SourceCharacterCodePoint int `range:"0-1114111"`
	TargetCharacterCodePoint int `range:"0-1114111"`
}

// CharacterSetSupport replaces what a character set cannot say.
type CharacterSetSupport struct {
	CharacterSet                  string
	ReplaceWithCharacterCodePoint int `range:"0-1114111"`
}

// LoopbackPreventionSettings are of replication in both directions.
type LoopbackPreventionSettings struct {
	EnableLoopbackPrevention bool
	SourceSchema             string
	TargetSchema             string
}

// BeforeImageSettings are of streaming targets.
type BeforeImageSettings struct {
	EnableBeforeImage bool
	FieldName         string
	ColumnFilter      string `default:"pk-only" enum:"pk-only,non-lob,all"`
}
