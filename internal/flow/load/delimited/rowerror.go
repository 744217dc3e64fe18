package delimited

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// RowError is why one record was rejected: its first bad column.
type RowError struct {
	File      string
	FileIndex int
	Line      int64 // 1-based line on which the record begins.
	Offset    int64 // of the record in the (decompressed) file
	Column    string
	Field     int // 1-based; 0 for errors of the whole record.
	Type      string
	Length    string
	Position  int    // 0-based byte in the field, or in the record for broken quoting.
	RawLine   []byte // Cut to 1024 bytes of valid UTF-8, like RawField.
	RawField  []byte
	IsNull    bool
	Code      int
	Reason    string
	Fields    []FieldValue // Of the load's first 20 errors only.
}

// FieldValue is one field of a rejected record.
type FieldValue struct {
	Field        int
	Column       string
	Value        []byte
	IsNull       bool
	Type, Length string
}

// TooManyErrors says that so many records were rejected that the load fails.
type TooManyErrors struct {
	Limit int64
	First RowError
}

func (e *TooManyErrors) Error() string {
	f := &e.First
	return fmt.Sprintf("%s: line %d: %s (error %d); %d rejected rows fail the load", f.File, f.Line, f.Reason, f.Code, e.Limit)
}

// FileError says that a file cannot be read to its end. It always fails the load.
type FileError struct {
	File         string
	FileIndex    int
	Line, Offset int64 // How far it could be read.
	Code         int   // A load error code, 0 when none fits.
	Reason       string
	Err          error
}

func (e *FileError) Error() string {
	s := fmt.Sprintf("%s: line %d: %s", e.File, e.Line, e.Reason)
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *FileError) Unwrap() error { return e.Err }

// Load error codes.
const (
	codeExtraColumns  = 1202
	codeOutOfRange    = 1204
	codeDate          = 1205
	codeTimestamp     = 1206
	codeDigit         = 1207
	codeFloat         = 1208
	codeDecimal       = 1209
	codeBoolean       = 1210
	codeMissingData   = 1213
	codeNoDelimiter   = 1214
	codeInputLine     = 1216
	codeNullByte      = 1218
	codeHexDigit      = 1219
	codeUTF8          = 1220
	codeEncoding      = 1221
	codeOverflow      = 1222
	codeMalformedJSON = 1224
)

const (
	reasonEndQuote = "Delimited value missing end quote"
	reasonTooLong  = "Row is longer than the limit of %d bytes"
)

// problem is what is wrong with a value.
type problem struct {
	code, position int
	reason         string
	whole          bool // It is the record's, not a column's.
}

func fail(code, position int, reason string) *problem {
	return &problem{code: code, position: position, reason: reason}
}

// rawLimit is the width of raw_line and raw_field_value in the system views.
const rawLimit = 1024

// printable copies b, cut to rawLimit bytes of valid UTF-8.
func printable(b []byte) []byte {
	b = b[:min(len(b), rawLimit+utf8.UTFMax)]
	return truncate(bytes.ToValidUTF8(b, []byte("\uFFFD")), rawLimit)
}

// truncate cuts valid UTF-8 to n bytes without breaking a character.
func truncate(b []byte, n int) []byte {
	if len(b) <= n {
		return b
	}
	for n > 0 && !utf8.RuneStart(b[n]) {
		n--
	}
	return b[:n]
}
