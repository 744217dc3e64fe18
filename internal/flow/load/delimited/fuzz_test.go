package delimited

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

var fuzzTables = []string{
	seedColumns,
	"a varchar(4); b varchar(30) not null",
	"a int not null; b char(3); c date; d decimal(4,1)",
	"a varchar(20)",
	"a decimal(19,2); b decimal(38,3); c bigint; d smallint",
	"a timestamp; b date; c varchar(6)",
	"a varchar(65535); b varchar(65535); c varchar(65535)",
}

// fuzzOptions makes options that New accepts from a number.
func fuzzOptions(n uint64) Options {
	bit := func() bool {
		b := n&1 == 1
		n >>= 1
		return b
	}
	o := Options{CSV: bit(), AcceptAnyDate: bit(), AcceptInvChars: bit(), BlanksAsNull: bit(), EmptyAsNull: bit(), Escape: bit(),
		FillRecord: bit(), IgnoreBlankLines: bit(), RemoveQuotes: bit(), RoundDec: bit(), TrimBlanks: bit(), TruncateColumns: bit()}
	o.Delimiter = []byte{0, '|', ',', '\t', ' ', ';', 'a', '1'}[n&7]
	o.NullAs = []string{`\N`, `\N`, "", "NULL", "1", `\0`, " ", "-"}[n>>3&7]
	o.MaxErrors = []int64{-1, -1, 1, 3}[n>>6&3]
	o.IgnoreHeader = []int{0, 0, 1, 2}[n>>8&3]
	o.Quote = []byte{0, 0, '\'', '#'}[n>>10&3]
	o.blockSize = int(n>>12&127) + 4
	if n>>19&7 == 0 {
		o.blockSize = 5000
	}
	o.maxRecord = []int{4 << 20, 140, 300, 5000}[n>>22&3]
	if o.maxRecord < o.blockSize {
		o.maxRecord = o.blockSize
	}
	if o.CSV {
		o.Escape, o.RemoveQuotes = false, false
	}
	o.workers, o.Readers = 1, 1
	return o
}

// scanOnce is what the real scanner makes of data, read in pieces.
func scanOnce(t *testing.T, data string, columns []Column, opt Options) outcome {
	t.Helper()
	file := text("f", data)
	file.Open = func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(iotest.HalfReader(strings.NewReader(data))), nil
	}
	got := scanAll(t, []File{file}, columns, opt)
	out := outcome{Rows: got.rows}
	for _, e := range got.errors {
		out.Errors = append(out.Errors, fmt.Sprintf("line %d at %d column %q: %d", e.Line, e.Offset, e.Column, e.Code))
	}
	var many *TooManyErrors
	var file1 *FileError
	switch {
	case errors.As(got.err, &many):
		out.Failed = "errors"
	case errors.As(got.err, &file1):
		out.Failed = fmt.Sprintf("file at %d", file1.Offset)
	case got.err != nil:
		t.Fatal(got.err)
	}
	if got.err != nil {
		out.Rows = nil
	}
	return out
}

func compareScans(t *testing.T, data string, table uint8, options uint64) {
	t.Helper()
	columns := cols(t, fuzzTables[int(table)%len(fuzzTables)])
	opt := fuzzOptions(options)
	full := opt
	if full.complete() != nil {
		return
	}
	want := (&reference{opt: full, cols: columns}).scan(data)
	got := scanOnce(t, data, columns, opt)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("table %q, options %d %+v, data %q:\n%s", fuzzTables[int(table)%len(fuzzTables)], options, full, data, diff)
	}
}

func FuzzScan(f *testing.F) {
	f.Add("1,a,20.259,2024-01-01 00:00:00\n2,\"b \"\"c\"\"\nd\" ,-1,2024-01-01 00:00:00.5\r\n", uint8(0), uint64(1))
	f.Add("1,a,20.259,2024-01-01 001 00:0\n2,b,-1,20A0-01-01 00:00:00,000", uint8(0), uint64(1))
	f.Add("ab\\\n|c\\|d\n'q|'|\"x\\\"\"\n\\N|\\\\N\n", uint8(1), uint64(32|256))
	f.Add("1|abc|2024-02-29|1.25|\n|  |\x00x\n9\n", uint8(2), uint64(64))
	f.Fuzz(func(t *testing.T, data string, table uint8, options uint64) { compareScans(t, data, table, options) })
}

// pieces are what random files are made of: everything that has a meaning somewhere.
var pieces = []string{"\n", "\n", "\n", "\r\n", "\r", ",", ",", "|", "|", "|", ";", "\t", " ", "  ", `"`, `"`, `""`, "'", "#", `\`, `\\`, `\N`, "\x00", "1", "-", "0", "12",
	".", "5", "a", "abc", "NULL", "1.25", "-99.95", "é", "数据", "\xff", "\xe4\xbd", "2024-02-29", "2024-02-29 10:11:12", "0.999999", "T10:11", "2023-02-29", "20A0-01-01", "2024-01-01 0O:00:00", "32768",
	"9223372036854775807", "99999999999999999.99", "more than twelve bytes of text", "\xef\xbb\xbf"}

func TestRandomFiles(t *testing.T) {
	rounds := 10_000
	if testing.Short() {
		rounds = 1_000
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range rounds {
		options := r.Uint64()
		var b strings.Builder
		opt := fuzzOptions(options)
		if opt.complete() != nil {
			continue
		}
		for range r.IntN(60) {
			switch r.IntN(4) {
			case 0:
				b.WriteByte(opt.Delimiter)
			case 1:
				b.WriteString("\n")
			default:
				b.WriteString(pieces[r.IntN(len(pieces))])
			}
		}
		compareScans(t, b.String(), uint8(r.Uint32()), options)
	}
}
