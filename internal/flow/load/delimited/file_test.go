package delimited

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

func gzipped(t testing.TB, parts ...string) string {
	t.Helper()
	var b bytes.Buffer
	for _, part := range parts {
		w := gzip.NewWriter(&b)
		if _, err := io.WriteString(w, part); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

func zstded(t testing.TB, s string) string {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return string(w.EncodeAll([]byte(s), nil))
}

func TestCompression(t *testing.T) {
	// printf '1,a\n2,b\n' | bzip2
	bz, err := hex.DecodeString("425a6839314159265359b0a7114f00000259000010000430003000200021a699a0c002950b0bb9229c2848585388a780")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ format, data string }{
		{"gzip", gzipped(t, "1,a\n2", ",b\n")}, {"zstd", zstded(t, "1,a\n2,b\n")}, {"bzip2", string(bz)},
	} {
		files := []File{text("a", c.data), text("empty", ""), text("b", c.data)}
		got := scanAll(t, files, cols(t, "a int; b varchar(3)"), Options{CSV: true, Compression: c.format})
		if diff := cmp.Diff([]string{`1|"a"`, `2|"b"`, `1|"a"`, `2|"b"`}, got.rows); got.err != nil || diff != "" {
			t.Errorf("%s: %v %s", c.format, got.err, diff)
			continue
		}
		if f := got.files[2]; f.Bytes != int64(len(c.data)) || f.RawBytes != 8 || f.Lines != 2 || f.Rows != 2 {
			t.Errorf("%s: %+v", c.format, f)
		}
	}
}

// A frame whose window is as large as zstd's own tool takes is read, and one of twice that is refused.
func TestWindowOfZSTD(t *testing.T) {
	frame := func(window byte) File {
		return text("f", "\x28\xb5\x2f\xfd\x00"+string([]byte{window})+"\x21\x00\x001,a\n")
	}
	if got := scanAll(t, []File{frame(17 << 3)}, cols(t, "a int; b varchar(3)"), Options{CSV: true, Compression: "zstd"}); got.err != nil || !slices.Equal(got.rows, []string{`1|"a"`}) {
		t.Errorf("128 MB: %q, %v", got.rows, got.err)
	}
	got := scanAll(t, []File{frame(18 << 3)}, cols(t, "a int; b varchar(3)"), Options{CSV: true, Compression: "zstd"})
	if e, ok := errors.AsType[*FileError](got.err); !ok || e.Err == nil || !errors.Is(e.Err, zstd.ErrWindowSizeExceeded) {
		t.Errorf("256 MB: %q, %v", got.rows, got.err)
	}
}

// broken is a file that fails after its content.
func broken(name, content string, err error) File {
	f := text(name, content)
	f.Open = func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(strings.NewReader(content), failing{err})), nil
	}
	return f
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestFilesThatCannotBeRead(t *testing.T) {
	lost := errors.New("connection lost")
	zipped := gzipped(t, strings.Repeat("1,a\n", 1000))
	closed := File{Name: "s3://b/f", Open: func(context.Context) (io.ReadCloser, error) { return nil, lost }}
	for _, c := range []struct {
		name   string
		file   File
		opt    Options
		line   int64
		code   int
		reason string
	}{
		{"not gzip", text("f", "1,a\n"), Options{Compression: "gzip"}, 1, 0, "not a gzip file"},
		{"cut gzip", text("f", zipped[:len(zipped)-4]), Options{Compression: "gzip"}, 1001, 0, "cannot be read"},
		{"lost", broken("f", "1,a\n2,b\n3", lost), Options{}, 3, 0, "cannot be read"},
		{"not opened", closed, Options{}, 1, 0, "cannot be opened"},
		{"row too long", text("f", "1,a\n2,"+strings.Repeat("x", 300)+"\n"), Options{blockSize: 16, maxRecord: 200}, 2, 1216, "Row is longer than the limit of 200 bytes"},
		{"quote never closed", text("f", "1,a\n2,\"b\n"+strings.Repeat("1,a\n", 100)), Options{blockSize: 16, maxRecord: 200}, 2, 1214, reasonEndQuote},
	} {
		c.opt.CSV, c.opt.MaxErrors = true, -1
		good := "5,e\n"
		if c.opt.Compression != "" {
			good = gzipped(t, good)
		}
		got := scanAll(t, []File{text("good", good), c.file}, cols(t, "a int; b varchar(400)"), c.opt)
		var e *FileError
		if !errors.As(got.err, &e) {
			t.Errorf("%s: error %v", c.name, got.err)
			continue
		}
		if e.File != "s3://b/f" || e.FileIndex != 1 || e.Line != c.line || e.Code != c.code || e.Reason != c.reason {
			t.Errorf("%s: %+v", c.name, e)
		}
		if len(got.errors) > 0 {
			t.Errorf("%s: errors %+v", c.name, got.errors)
		}
	}
}

func TestLongestRecord(t *testing.T) {
	line := strings.Repeat("x", 1000)
	for _, c := range []struct {
		in   string
		fits bool
	}{{line + "\n", true}, {line, true}, {line + "x\n", false}, {line + "x", false}, {"a\n" + line + "\nb", true}, {"a\n" + line + "x\nb", false}} {
		for _, size := range []int{8, 100, 600, 1001} {
			got := scanAll(t, []File{text("f", c.in)}, cols(t, "a varchar(2000)"), Options{blockSize: size, maxRecord: 1000})
			if (got.err == nil) != c.fits {
				t.Errorf("%d bytes in blocks of %d: %v", len(c.in), size, got.err)
			}
		}
	}
}

func TestOptionsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		opt  Options
		cols string
		kind fault.Kind
	}{
		"unknown compression":  {Options{Compression: "rar"}, "a int", fault.Invalid},
		"CSV with ESCAPE":      {Options{CSV: true, Escape: true}, "a int", fault.Invalid},
		"quote is delimiter":   {Options{CSV: true, Quote: ','}, "a int", fault.Invalid},
		"newline as delimiter": {Options{Delimiter: '\n'}, "a int", fault.Invalid},
		"pattern without year": {Options{DateFormat: "MM/DD"}, "a int", fault.Invalid},
		"element twice":        {Options{TimeFormat: "YYYY-MM-DD YY"}, "a int", fault.Invalid},
		"interval column":      {Options{}, "a interval day to second", fault.Unsupported},
	} {
		var columns []Column
		if strings.Contains(c.cols, "interval") {
			columns = cols(t, "a int")
			columns[0].Type.ID = 16
		} else {
			columns = cols(t, c.cols)
		}
		if _, err := New(t.Context(), nil, columns, c.opt); fault.KindOf(err) != c.kind {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// scanParallel reads files with several workers at once.
func scanParallel(t testing.TB, files []File, columns []Column, opt Options) loaded {
	t.Helper()
	s, err := New(t.Context(), files, columns, opt)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var l loaded
	var mu sync.Mutex
	var wg sync.WaitGroup
	var stopped atomic.Bool // As in the engine, the first error ends the others' turns.
	for range s.Workers() {
		w := s.Worker()
		wg.Go(func() {
			defer w.Close()
			for !stopped.Load() {
				chunk := newChunk(s.Columns())
				n, err := w.Fill(chunk)
				mu.Lock()
				if err != nil && l.err == nil {
					l.err = err
					l.errors = s.Errors()
					stopped.Store(true)
				}
				for row := range n {
					l.rows = append(l.rows, printRow(chunk, columns, row))
				}
				mu.Unlock()
				if n == 0 {
					return
				}
			}
		})
	}
	wg.Wait()
	if l.err == nil {
		l.errors = s.Errors()
	}
	l.files = s.Files()
	return l
}

// scattered makes files with a bad row here and there.
func scattered(files, lines int) []File {
	var all []File
	for i := range files {
		var b strings.Builder
		for j := range lines {
			if (i*lines+j)%97 == 90 {
				fmt.Fprintf(&b, "x%d,bad row\n", j)
				continue
			}
			fmt.Fprintf(&b, "%d,\"row %d\nof file %d\"\n", j, j, i)
		}
		all = append(all, text(fmt.Sprint(i), b.String()))
	}
	return all
}

func TestErrorsDoNotDependOnScheduling(t *testing.T) {
	columns := cols(t, "a int; b varchar(40)")
	files := scattered(12, 200)
	files[9] = broken("9", "1,a\nbad,b\n", io.ErrUnexpectedEOF)
	for _, limit := range []int64{1, 3, 10, 20, 100, -1} {
		opt := Options{CSV: true, MaxErrors: limit, blockSize: 256, workers: 1, Readers: 1}
		want := scanAll(t, files, columns, opt)
		opt.workers, opt.Readers = 4, 5
		for range 20 {
			got := scanParallel(t, files, columns, opt)
			if diff := cmp.Diff(want.errors, got.errors); diff != "" {
				t.Fatalf("MAXERROR %d: %s", limit, diff)
			}
			if fmt.Sprint(want.err) != fmt.Sprint(got.err) {
				t.Fatalf("MAXERROR %d: %v, want %v", limit, got.err, want.err)
			}
		}
	}
}

func TestParallelRowsAreAllThere(t *testing.T) {
	columns := cols(t, "a int; b varchar(40)")
	files := scattered(30, 150)
	want := scanAll(t, files, columns, Options{CSV: true, MaxErrors: -1, workers: 1, Readers: 1})
	for _, size := range []int{64, 1000, 5000, defaultBlock} {
		got := scanParallel(t, files, columns, Options{CSV: true, MaxErrors: -1, blockSize: size, workers: 4, Readers: 3})
		slices.Sort(want.rows)
		slices.Sort(got.rows)
		if diff := cmp.Diff(want.rows, got.rows); diff != "" {
			t.Fatalf("blocks of %d: %s", size, diff)
		}
		for i, f := range got.files {
			w := want.files[i]
			if f.Rows != w.Rows || f.Errors != w.Errors || f.Lines != w.Lines || f.RawBytes != w.RawBytes || f.Start.IsZero() || f.End.IsZero() {
				t.Errorf("blocks of %d: %+v, want %+v", size, f, w)
			}
		}
	}
}

func TestManySmallFilesShareBlocks(t *testing.T) {
	var files []File
	for i := range 3000 {
		files = append(files, text(fmt.Sprint(i), fmt.Sprintf("%d,a\n", i)))
	}
	s, err := New(t.Context(), files, cols(t, "a int; b varchar(3)"), Options{CSV: true, Readers: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	w := s.Worker()
	defer w.Close()
	chunk := newChunk(s.Columns())
	rows, fills := 0, 0
	for {
		n, err := w.Fill(chunk)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			break
		}
		rows, fills = rows+n, fills+1
		for i := range chunk.Vectors {
			chunk.Vectors[i] = warehouse.NewVector(chunk.Vectors[i].Type)
		}
	}
	if rows != 3000 || fills > 4 {
		t.Errorf("%d rows in %d chunks", rows, fills)
	}
}

func TestCancelledScan(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s, err := New(ctx, scattered(5, 1000), cols(t, "a int; b varchar(40)"), Options{CSV: true, MaxErrors: -1, blockSize: 64})
	if err != nil {
		t.Fatal(err)
	}
	w := s.Worker()
	if n, err := w.Fill(newChunk(s.Columns())); n == 0 || err != nil {
		t.Fatal(n, err)
	}
	cancel()
	for err == nil {
		_, err = w.Fill(newChunk(s.Columns()))
	}
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	w.Close()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestCloseWithoutReading(t *testing.T) {
	s, err := New(t.Context(), scattered(3, 1000), cols(t, "a int; b varchar(40)"), Options{CSV: true, blockSize: 64})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	s, err = New(t.Context(), scattered(3, 1000), cols(t, "a int; b varchar(40)"), Options{CSV: true, blockSize: 64})
	if err != nil {
		t.Fatal(err)
	}
	s.Worker()
	for range 2 {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}
