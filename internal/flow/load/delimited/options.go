package delimited

import (
	"context"
	"fmt"
	"io"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// File is one file to load. Open is called once, by one goroutine.
type File struct {
	Name string // The full URL, as messages and system views show it.
	Size int64
	Open func(ctx context.Context) (io.ReadCloser, error)
}

// Column is a target column, in the order of the fields of the files.
type Column struct {
	Name    string
	Type    sqltype.Type
	NotNull bool
}

// Options are COPY's parameters for text files. NullAs is taken as it is:
// COPY's default is `\N`, and "" makes empty fields NULL.
type Options struct {
	CSV              bool
	Delimiter, Quote byte // 0 is the default: comma for CSV, bar for text; double quote.
	NullAs           string
	IgnoreHeader     int    // Lines skipped at the start of each file.
	DateFormat       string // "" (strict default), "auto" or a pattern.
	TimeFormat       string // "" (strict default), "auto", "epochsecs", "epochmillisecs" or a pattern.
	Compression      string // "", "gzip", "bzip2", "zstd" or "lzop".
	MaxErrors        int64  // So many rejected rows fail the load; 0 and 1 mean the first; -1 never.
	KeptErrors       int    // Of a load that never fails: so many rejected rows are remembered; 0 is 100,000.

	AcceptAnyDate    bool
	AcceptInvChars   bool
	InvChar          byte // 0 is '?'.
	BlanksAsNull     bool
	EmptyAsNull      bool
	Escape           bool
	FillRecord       bool
	IgnoreBlankLines bool
	RemoveQuotes     bool
	RoundDec         bool
	TrimBlanks       bool
	TruncateColumns  bool

	Encoding string // "" or "utf8", "utf16", "utf16le", "utf16be", "iso88591".
	Layout   Layout // Of files that are neither CSV nor delimited text.

	// Transcode, if there is one, gives the text of a file of another format.
	Transcode func(io.Reader) io.Reader

	Ordered bool // Rows come as the files have them, one file after the other.
	Readers int  // Files read at the same time; 0 is as many as there are cores.

	blockSize int // Bytes in a block; 0 is defaultBlock.
	maxRecord int // Longest record in bytes; 0 is defaultRecord.
	workers   int // 0 is as many as there are cores.
}

const (
	defaultBlock  = 1 << 20
	defaultRecord = 4 << 20 // COPY's limit for one row of input.
)

// complete fills in defaults and refuses what cannot work.
func (o *Options) complete() error {
	if o.Delimiter == 0 {
		o.Delimiter = '|'
		if o.CSV {
			o.Delimiter = ','
		}
	}
	if o.Quote == 0 {
		o.Quote = '"'
	}
	if o.InvChar == 0 {
		o.InvChar = '?'
	}
	if o.blockSize == 0 {
		o.blockSize = defaultBlock
	}
	if o.maxRecord == 0 {
		o.maxRecord = defaultRecord
	}
	if o.NullAs == `\0` || o.NullAs == `\000` {
		o.NullAs = "\x00"
	}
	if o.KeptErrors == 0 {
		o.KeptErrors = keptErrors
	}
	if o.MaxErrors == 0 {
		o.MaxErrors = 1
	}
	return o.check()
}

func (o *Options) check() error {
	switch {
	case o.Delimiter == '\n' || o.Delimiter == '\r':
		return invalid("the delimiter cannot be a line end")
	case o.Delimiter >= 0x80 || o.InvChar >= 0x80:
		return invalid("delimiter and replacement character must be ASCII")
	case o.CSV && (o.Escape || o.RemoveQuotes):
		return invalid("CSV is not compatible with ESCAPE and REMOVEQUOTES")
	case o.CSV && o.Quote == o.Delimiter:
		return invalid("COPY quote character must not be the delimiter")
	case o.CSV && (o.Quote >= 0x80 || isSpace(o.Quote) || o.Quote == 0):
		return invalid("COPY quote character must be a single ASCII character that is not white space")
	case o.Escape && o.Delimiter == '\\':
		return invalid("the delimiter cannot be a backslash with ESCAPE")
	case o.RemoveQuotes && (o.Delimiter == '"' || o.Delimiter == '\''):
		return invalid("the delimiter cannot be a quotation mark with REMOVEQUOTES")
	case o.IgnoreHeader < 0:
		return invalid("IGNOREHEADER must not be negative")
	}
	if !encodings[o.Encoding] {
		return invalid(fmt.Sprintf("unknown encoding %q", o.Encoding))
	}
	return o.checkCompression()
}

func (o *Options) checkCompression() error {
	switch o.Compression {
	case "", "gzip", "bzip2", "zstd", "lzop":
		return nil
	}
	return invalid(fmt.Sprintf("unknown compression %q", o.Compression))
}

func invalid(message string) error {
	return &fault.Error{Kind: fault.Invalid, Code: "0A000", Op: "COPY", Message: message}
}
