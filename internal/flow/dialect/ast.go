package dialect

import "github.com/inlet-data/inlet/internal/sqltype"

// Name is a possibly qualified name, folded to lower case.
type Name struct {
	Database, Schema, Name string
	Pos                    int // 1-based character in the statement
}

// Statement is one parsed statement; its concrete type says which.
type Statement interface {
	// Text is the statement as it was written, without the final semicolon.
	Text() string
}

// Copy is COPY table FROM source … [JOB CREATE name …].
type Copy struct {
	base
	Table   Name
	Columns []string // nil when there is no list
	Source  string   // "s3://bucket/prefix"
	Auth    Auth
	Format  Format
	Region  string // "" when not given

	Manifest    bool
	Compression string // "", "gzip", "bzip2", "zstd", "lzop"
	Options     CopyOptions
	Job         *JobCreate // nil for a plain COPY
	Template    *Name      // of USING TEMPLATE; With fills it in

	from       int // where it begins: REHEARSE may stand before it
	templateAt Span
	given      []string // parameters as they came
}

// Auth says with whose rights COPY reads.
type Auth struct {
	Roles       []string // role chain; the first is attached to the warehouse
	DefaultRole bool
	AccessKey   string
	SecretKey   string
	Token       string
}

// Format is the layout of the files.
type Format struct {
	Kind      string // "csv", "text", "fixedwidth", "json", "avro", "parquet", "orc"
	Argument  string // JSON and Avro option, FIXEDWIDTH specification
	Delimiter byte   // ',' for CSV and '|' for text unless given
	Quote     byte   // CSV only, '"' unless given
}

// CopyOptions are COPY's data conversion and load parameters.
// Source: Redshift Database Developer Guide, "COPY parameter reference".
type CopyOptions struct {
	AcceptAnyDate    bool
	AcceptInvChars   bool
	InvChar          byte // '?' unless given
	BlanksAsNull     bool
	DateFormat       string // "" default, "auto", or a pattern
	EmptyAsNull      bool
	Encoding         string // "utf8", "utf16", "utf16le", "utf16be", "iso88591"
	Escape           bool
	ExplicitIDs      bool
	FillRecord       bool
	IgnoreBlankLines bool
	IgnoreHeader     int
	NullAs           string // `\N` unless given
	RemoveQuotes     bool
	RoundDec         bool
	SerializeToJSON  bool   // Parquet's groups and lists go into SUPER columns.
	TimeFormat       string // "" default, "auto", "epochsecs", "epochmillisecs", or a pattern
	TrimBlanks       bool
	TruncateColumns  bool

	IgnoreAllErrors bool
	MaxError        int
	NoLoad          bool
	CompRows        int
	CompUpdate      string // "", "preset", "on", "off"
	StatUpdate      string // "", "on", "off"
}

// JobCreate is the JOB CREATE clause of COPY.
type JobCreate struct {
	Name string
	Auto bool
	Pos  int
}

// CopyJob is COPY JOB RUN|ALTER|LIST|SHOW|DROP, and DROP JOB name.
type CopyJob struct {
	base
	Verb  string // "run", "alter", "list", "show", "drop"
	Name  string
	Auto  bool // for alter
	Alias bool // written as DROP JOB, which Redshift does not document
	// Settings is what ALTER name SET (…) gives, nil for ALTER name AUTO.
	Settings []JobSetting
}

// JobSetting is name = value, or name = DEFAULT, in COPY JOB ALTER name SET (…).
type JobSetting struct {
	Name, Value string
	Default     bool
	Pos         int
}

// CreateTable is CREATE TABLE with column definitions or LIKE. CREATE TABLE AS is CreateTableAs.
type CreateTable struct {
	base
	Table       Name
	Temporary   bool
	IfNotExists bool
	Columns     []ColumnDef
	Like        *Name
	LikeDefault bool // INCLUDING DEFAULTS
	Constraints []TableConstraint
	Attributes  TableAttributes
}

// ColumnDef is one column of CREATE TABLE or ALTER TABLE ADD COLUMN.
type ColumnDef struct {
	Name       string
	Type       sqltype.Type
	Default    string // expression text in Redshift's dialect, "" when none
	Identity   *Identity
	Encode     string // "" when not given
	DistKey    bool
	SortKey    bool
	NotNull    bool
	Unique     bool
	PrimaryKey bool
	References *Reference
	Collate    string // "", "case_sensitive", "case_insensitive"
	Pos        int
}

// Identity is IDENTITY(seed, step).
type Identity struct {
	Seed, Step int64
	ByDefault  bool
}

// Reference is REFERENCES table [(column)].
type Reference struct {
	Table   Name
	Columns []string
}

// TableConstraint is UNIQUE, PRIMARY KEY or FOREIGN KEY of a table; informational.
type TableConstraint struct {
	Name       string
	Kind       string // "unique", "primary key", "foreign key"
	Columns    []string
	References *Reference
}

// TableAttributes follow the column list.
type TableAttributes struct {
	Backup     string // "", "yes", "no"
	DistStyle  string // "", "auto", "even", "key", "all"
	DistKey    string
	SortKeys   []string
	SortStyle  string // "", "compound", "interleaved", "auto"
	EncodeAuto bool
}
