package load

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/inlet-data/inlet/internal/flow/load/bzip"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// textFiles are the files being written: one for each partition and slice.
type textFiles struct {
	u      *unload
	limit  int64 // bytes of a file
	open   map[place]*textFile
	turn   int64 // counts rows, to find the file that was idle longest
	chunks int
	header []byte // the first line of each file, empty for none
	line   []byte
	values [][]byte
	key    [][]byte // of the partition
}

// textFile is a file being written.
type textFile struct {
	place
	u       *unload
	file    *os.File
	counted int64 // bytes before compression
	rows    int64
	used    int64
	started time.Time
	out     *bufio.Writer
	packer  io.WriteCloser // nil when plain
}

// maxOpen is how many files are written at the same time.
const maxOpen = 64

// Sizes of files, in bytes: 6.2 GB is as sized reads it.
const (
	mega        = 1 << 20
	defaultFile = 62 * 1024 * mega / 10
	smallest    = 5 * mega
)

// writeText writes the rows as text, CSV or JSON, in files of up to MAXFILESIZE.
func (u *unload) writeText(ctx context.Context) error {
	limit, err := u.maxFile()
	if err != nil {
		return err
	}
	t := &textFiles{u: u, limit: limit, open: map[place]*textFile{}}
	t.heading()
	defer t.drop()
	if u.Unload.Format != "json" && !u.has("partition") { // These write nothing for no rows.
		if _, err := t.file(ctx, place{}); err != nil {
			return err
		}
	}
	err = warehouse.EachRow(ctx, u.client.Conn(), func(c *warehouse.Chunk, row int) error {
		if row == 0 {
			t.chunks++
		}
		return t.row(ctx, c, row)
	}, u.textual())
	if err != nil {
		return err
	}
	for _, at := range slices.SortedFunc(maps.Keys(t.open), place.compare) {
		if err := t.finish(ctx, t.open[at]); err != nil {
			return err
		}
	}
	return nil
}

func (p place) compare(q place) int {
	return cmp.Or(cmp.Compare(p.folder, q.folder), cmp.Compare(p.slice, q.slice))
}

// maxFile reads MAXFILESIZE.
func (u *unload) maxFile() (int64, error) {
	v, ok := u.options["maxfilesize"]
	if !ok {
		return defaultFile, nil
	}
	size, err := sized(v)
	if err != nil || size < smallest || size > defaultFile {
		return 0, u.boxed(boxed{message: "MAXFILESIZE must be between 5 MB and 6.2 GB"})
	}
	return size, nil
}

// row writes one row into the file of its partition.
func (t *textFiles) row(ctx context.Context, c *warehouse.Chunk, row int) error {
	t.read(c, row)
	if err := t.record(); err != nil {
		return err
	}
	at := t.place()
	if f := t.open[at]; f != nil && f.rows > 0 && f.counted+int64(len(t.line)) > t.limit {
		if err := t.finish(ctx, f); err != nil {
			return err
		}
	}
	f, err := t.file(ctx, at)
	if err != nil {
		return err
	}
	t.turn++
	f.used, f.rows, f.counted = t.turn, f.rows+1, f.counted+int64(len(t.line))
	_, err = f.out.Write(t.line)
	return err
}

// read takes the values of a row, NULL as nil.
func (t *textFiles) read(c *warehouse.Chunk, row int) {
	t.values = t.values[:0]
	for i := range c.Vectors {
		var value []byte
		if v := &c.Vectors[i]; !v.Null(row) {
			value = v.Bytes(row)
		}
		t.values = append(t.values, value)
	}
}

// place is where the row goes. Slices take turns with the engine's chunks, unless the query says an order.
func (t *textFiles) place() (at place) {
	if t.u.parallel() && !t.u.Unload.Ordered {
		at.slice = (t.chunks - 1) % sliceCount
	}
	if len(t.u.partition) > 0 {
		t.key = t.key[:0]
		for _, col := range t.u.partition {
			t.key = append(t.key, t.values[col])
		}
		at.folder = t.u.folder(t.key)
	}
	return at
}

// file is the open file of a place. Where too many are open, the one that was idle longest is sent.
func (t *textFiles) file(ctx context.Context, at place) (*textFile, error) {
	if f := t.open[at]; f != nil {
		return f, nil
	}
	if len(t.open) >= maxOpen {
		idle := (*textFile)(nil)
		for _, f := range t.open {
			if idle == nil || f.used < idle.used {
				idle = f
			}
		}
		if err := t.finish(ctx, idle); err != nil {
			return nil, err
		}
	}
	f := &textFile{u: t.u, place: at, started: time.Now().UTC(), counted: int64(len(t.header))}
	t.open[at] = f
	return f, f.start(t.header)
}

// heading makes the line with the columns' names, written as any other.
func (t *textFiles) heading() {
	if !t.u.has("header") {
		return
	}
	for i, col := range t.u.written {
		t.next(i, []byte(t.u.Columns[col].Name))
	}
	t.header = append(t.line, '\n')
	t.line = nil
}

// start makes a file, with its header.
func (f *textFile) start(header []byte) (err error) {
	if f.file, err = f.u.scratch(); err != nil {
		return err
	}
	var w io.Writer = f.file
	switch {
	case f.u.has("gzip"):
		f.packer = gzip.NewWriter(f.file)
	case f.u.has("bzip2"):
		f.packer = bzip.NewWriter(f.file)
	case f.u.has("zstd"):
		if f.packer, err = zstd.NewWriter(f.file, zstd.WithEncoderConcurrency(1)); err != nil {
			return fmt.Errorf("zstd: %w", err)
		}
	}
	if f.packer != nil {
		w = f.packer
	}
	f.out = bufio.NewWriterSize(w, 64<<10)
	_, err = f.out.Write(header)
	return err
}

// finish closes a file and sends it.
func (t *textFiles) finish(ctx context.Context, f *textFile) error {
	delete(t.open, f.place)
	defer f.discard()
	err := f.out.Flush()
	if err == nil && f.packer != nil {
		err = f.packer.Close()
	}
	if err != nil {
		return fmt.Errorf("write the file to unload: %w", err)
	}
	return t.u.put(ctx, f.file, unloaded{place: f.place, rows: f.rows, started: f.started})
}

// drop forgets the files that were not sent.
func (t *textFiles) drop() {
	for _, f := range t.open {
		f.discard()
	}
}

func (f *textFile) discard() {
	if f.file != nil {
		discard(f.file)
	}
}

func (u *unload) delimiter() byte {
	if d := u.options["delimiter"]; len(d) == 1 {
		return d[0]
	}
	if u.Unload.Format == "csv" {
		return ','
	}
	return '|'
}

// record makes the line of a row.
func (t *textFiles) record() error {
	t.line = t.line[:0]
	for i, col := range t.u.written {
		value := t.values[col]
		switch {
		case t.u.Unload.Format == "json":
			t.member(i, col, value)
		case t.u.widths != nil:
			if err := t.fixed(i, col, value); err != nil {
				return err
			}
		default:
			t.next(i, value)
		}
	}
	if t.u.Unload.Format == "json" {
		t.line = append(t.line, '}')
	}
	t.line = append(t.line, '\n')
	return nil
}

// next writes the field i of a line of text or CSV.
func (t *textFiles) next(i int, value []byte) {
	if i > 0 {
		t.line = append(t.line, t.u.delimiter())
	}
	t.field(value)
}

// fixed writes a field with blanks up to its width. Nothing is cut off; a null string that does not fit is left out, but not of text.
func (t *textFiles) fixed(i, col int, value []byte) error {
	if value == nil {
		value = []byte(t.u.options["null"])
		if utf8.RuneCount(value) > t.u.widths[i] && !t.u.character(col) {
			value = nil
		}
	}
	pad := t.u.widths[i] - utf8.RuneCount(value)
	if pad < 0 {
		return t.u.boxed(boxed{message: fmt.Sprintf("A value of column %s has %d characters, its width in FIXEDWIDTH is %d",
			t.u.Columns[col].Name, utf8.RuneCount(value), t.u.widths[i])})
	}
	t.line = append(append(t.line, value...), bytes.Repeat([]byte{' '}, pad)...)
	return nil
}

// member writes a column of a JSON object.
func (t *textFiles) member(i, col int, value []byte) {
	t.line = append(t.line, "{,"[min(i, 1)])
	name, _ := json.Marshal(t.u.Columns[col].Name) // Text can always be written.
	t.line = append(append(t.line, name...), ':')
	switch {
	case value == nil:
		t.line = append(t.line, "null"...)
	case t.u.bare(col):
		t.line = append(t.line, value...)
	default:
		t.line = append(t.line, jsonText(value)...)
	}
}

// jsonText quotes a value; unlike Go's default it leaves <, > and & alone.
func jsonText(value []byte) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(string(value)) // Text can always be written.
	return bytes.TrimSuffix(b.Bytes(), []byte{'\n'})
}

// field writes a field of text or CSV.
func (t *textFiles) field(value []byte) {
	switch {
	case value == nil:
		t.line = append(t.line, t.u.options["null"]...)
	case t.u.Unload.Format == "csv":
		t.csv(value)
	case t.u.has("addquotes"):
		t.line = append(t.line, '"')
		t.escaped(value)
		t.line = append(t.line, '"')
	default:
		t.escaped(value)
	}
}

// csv quotes what holds a delimiter, a quote or a line end.
func (t *textFiles) csv(value []byte) {
	if !bytes.ContainsAny(value, "\"\r\n"+string(t.u.delimiter())) {
		t.line = append(t.line, value...)
		return
	}
	t.line = append(append(append(t.line, '"'), bytes.ReplaceAll(value, []byte(`"`), []byte(`""`))...), '"')
}

// escaped puts a backslash before line ends, the delimiter and backslashes, where
// ESCAPE is given, and before quotes if ADDQUOTES is too.
func (t *textFiles) escaped(value []byte) {
	if !t.u.has("escape") {
		t.line = append(t.line, value...)
		return
	}
	for _, c := range value {
		quote := (c == '"' || c == '\'') && t.u.has("addquotes")
		if quote || c == '\n' || c == '\r' || c == '\\' || c == t.u.delimiter() {
			t.line = append(t.line, '\\')
		}
		t.line = append(t.line, c)
	}
}
