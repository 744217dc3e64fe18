package load

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// textFile is the file being written.
type textFile struct {
	u       *unload
	file    *os.File
	counted int64 // bytes before compression since the last look at the size
	rows    int64
	out     *bufio.Writer
	packer  io.WriteCloser // nil when plain
	line    []byte
}

// Sizes of files, in bytes.
const (
	mega        = 1 << 20
	defaultFile = 6200 * mega
	smallest    = 5 * mega
)

// writeText writes the rows as text, CSV or JSON, in files of up to MAXFILESIZE.
func (u *unload) writeText(ctx context.Context) error {
	limit, err := u.maxFile()
	if err != nil {
		return err
	}
	t := &textFile{u: u}
	defer t.drop()
	if u.Unload.Format != "json" { // JSON writes nothing for no rows.
		if err := t.start(); err != nil {
			return err
		}
	}
	err = warehouse.EachRow(ctx, u.client.Conn(), func(c *warehouse.Chunk, row int) error {
		if t.file != nil && t.counted > 0 && t.counted+int64(len(t.line)) > limit {
			if err := t.finish(ctx); err != nil {
				return err
			}
		}
		if err := t.start(); err != nil {
			return err
		}
		return t.row(c, row)
	}, u.textual())
	if err != nil || t.file == nil {
		return err
	}
	return t.finish(ctx)
}

// maxFile reads MAXFILESIZE, in MB unless GB is said.
func (u *unload) maxFile() (int64, error) {
	v, ok := u.options["maxfilesize"]
	if !ok {
		return defaultFile, nil
	}
	number, unit, _ := strings.Cut(v, " ")
	n, err := strconv.ParseFloat(number, 64)
	size := int64(n * mega)
	if strings.EqualFold(unit, "gb") {
		size *= 1024
	}
	if err != nil || size < smallest || size > defaultFile {
		return 0, u.boxed(boxed{message: "MAXFILESIZE must be between 5 MB and 6.2 GB"})
	}
	return size, nil
}

// start makes a file, with a header where one is wanted, unless there is one.
func (t *textFile) start() (err error) {
	if t.file != nil {
		return nil
	}
	if t.file, err = t.u.scratch(); err != nil {
		return err
	}
	var w io.Writer = t.file
	switch {
	case t.u.has("gzip"):
		t.packer = gzip.NewWriter(t.file)
	case t.u.has("zstd"):
		if t.packer, err = zstd.NewWriter(t.file, zstd.WithEncoderConcurrency(1)); err != nil {
			return fmt.Errorf("zstd: %w", err)
		}
	}
	if t.packer != nil {
		w = t.packer
	}
	t.out = bufio.NewWriterSize(w, 64<<10)
	if !t.u.has("header") {
		return nil
	}
	names := make([]string, len(t.u.Columns))
	for i, c := range t.u.Columns {
		names[i] = c.Name
	}
	_, err = t.out.WriteString(strings.Join(names, string(t.u.delimiter())) + "\n")
	return err
}

// finish closes the file and sends it.
func (t *textFile) finish(ctx context.Context) error {
	err := t.out.Flush()
	if err == nil && t.packer != nil {
		err = t.packer.Close()
	}
	if err != nil {
		return fmt.Errorf("write the file to unload: %w", err)
	}
	if err := t.u.put(ctx, t.file, t.rows); err != nil {
		return err
	}
	t.drop()
	return nil
}

func (t *textFile) drop() {
	if t.file != nil {
		discard(t.file)
	}
	t.file, t.packer, t.rows, t.counted = nil, nil, 0, 0
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

// row writes one row.
func (t *textFile) row(c *warehouse.Chunk, row int) error {
	t.line = t.line[:0]
	for i := range c.Vectors {
		var value []byte
		null := c.Vectors[i].Null(row)
		if !null {
			value = c.Vectors[i].Bytes(row)
		}
		if t.u.Unload.Format == "json" {
			t.member(i, value, null)
			continue
		}
		if i > 0 {
			t.line = append(t.line, t.u.delimiter())
		}
		t.field(value, null)
	}
	if t.u.Unload.Format == "json" {
		t.line = append(t.line, '}')
	}
	t.line = append(t.line, '\n')
	t.rows++
	t.counted += int64(len(t.line))
	_, err := t.out.Write(t.line)
	return err
}

// member writes a column of a JSON object.
func (t *textFile) member(i int, value []byte, null bool) {
	t.line = append(t.line, "{,"[min(i, 1)])
	name, _ := json.Marshal(t.u.Columns[i].Name) // Text can always be written.
	t.line = append(append(t.line, name...), ':')
	switch {
	case null:
		t.line = append(t.line, "null"...)
	case t.u.bare(i):
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
func (t *textFile) field(value []byte, null bool) {
	switch {
	case null:
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
func (t *textFile) csv(value []byte) {
	if !bytes.ContainsAny(value, "\"\r\n"+string(t.u.delimiter())) {
		t.line = append(t.line, value...)
		return
	}
	t.line = append(append(append(t.line, '"'), bytes.ReplaceAll(value, []byte(`"`), []byte(`""`))...), '"')
}

// escaped puts a backslash before line ends, the delimiter and backslashes, where
// ESCAPE is given, and before quotes if ADDQUOTES is too.
func (t *textFile) escaped(value []byte) {
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

// writeManifest lists the files that were written.
func (u *unload) writeManifest(ctx context.Context) error {
	type entry struct {
		URL  string           `json:"url"`
		Meta map[string]int64 `json:"meta,omitempty"`
	}
	all := struct {
		Entries []entry `json:"entries"`
	}{Entries: []entry{}}
	for _, f := range u.files {
		e := entry{URL: "s3://" + u.bucket + "/" + f.key}
		if u.options["manifest"] == "verbose" || u.Unload.Format == "parquet" {
			e.Meta = map[string]int64{"content_length": f.size, "record_count": f.rows}
		}
		all.Entries = append(all.Entries, e)
	}
	text, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	key := u.prefix + "manifest"
	if err := u.to.Put(ctx, u.bucket, key, bytes.NewReader(text), int64(len(text))); err != nil {
		return u.refused(key, err)
	}
	return nil
}
