package statement

import (
	"bufio"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/flow/session"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// A result is a file of frames, each with its length before it: the columns as
// JSON, then each row as it is answered. A page begins at a frame.

// ResultID is the id under which the rows of statement i are found: the whole id, or one of a batch.
func (s *Statement) ResultID(i int) string {
	if !s.Batch {
		return s.ID
	}
	return s.ID + ":" + strconv.Itoa(i+1)
}

func (s *Store) resultPath(id string) string {
	return filepath.Join(s.cfg.Dir, strings.ReplaceAll(id, ":", "_"))
}

// removeResults takes the results of a statement away.
func (s *Store) removeResults(st *Statement) error {
	var failed error
	for i := range st.SQL {
		if err := os.Remove(s.resultPath(st.ResultID(i))); err != nil && !errors.Is(err, fs.ErrNotExist) {
			failed = errors.Join(failed, fmt.Errorf("remove a result: %w", err))
		}
	}
	return failed
}

// resultWriter writes the rows of a statement.
type resultWriter struct {
	file    *os.File
	buf     *bufio.Writer
	columns []session.Column
	source  warehouse.Rows
	print   rowPrinter
	zone    *time.Location
	value   []byte // of the field that is printed
	rows    int64
	size    int64
}

func (s *Store) newResult(id, format string, r *session.Result) (*resultWriter, error) {
	f, err := os.OpenFile(s.resultPath(id), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("keep a result: %w", err)
	}
	w := &resultWriter{file: f, buf: bufio.NewWriterSize(f, 64<<10), columns: r.Columns, source: r.Rows, print: jsonRow, zone: time.UTC}
	if format == CSV {
		w.print = csvRow
	}
	head, err := json.Marshal(describeAll(r.Columns))
	if err == nil {
		err = w.frame(head)
	}
	if err != nil {
		return nil, errors.Join(err, w.discard())
	}
	return w, nil
}

func (w *resultWriter) frame(b []byte) error {
	var length [binary.MaxVarintLen64]byte
	_, err := w.buf.Write(length[:binary.PutUvarint(length[:], uint64(len(b)))])
	if err == nil {
		_, err = w.buf.Write(b)
	}
	if err != nil {
		return fmt.Errorf("keep a result: %w", err)
	}
	return nil
}

// copy writes all rows.
func (w *resultWriter) copy() error {
	var line []byte
	for {
		chunk, err := w.source.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		for row := range chunk.Rows {
			if line, err = w.print(w, line[:0], chunk, row); err != nil {
				return err
			}
			if err := w.frame(line); err != nil {
				return err
			}
			w.rows++
			if w.size += int64(len(line)); w.size > maxResult {
				return exceeded("54000", "The query result exceeds the limit of 500 MB.")
			}
		}
	}
}

// close makes the result durable: it has to be there when the statement is FINISHED.
func (w *resultWriter) close() error {
	err := w.buf.Flush()
	if err == nil {
		err = w.file.Sync()
	}
	if err = errors.Join(err, w.file.Close()); err != nil {
		return fmt.Errorf("keep a result: %w", err)
	}
	return nil
}

func (w *resultWriter) discard() error {
	return errors.Join(w.file.Close(), os.Remove(w.file.Name()))
}

// page is a part of a result.
type page struct {
	columns []Column
	rows    [][]byte
	next    string // token, "" at the end
}

// readPage reads rows until the page is full.
func (s *Store) readPage(id, token string) (p page, err error) {
	f, err := os.Open(s.resultPath(id))
	if err != nil {
		return p, fmt.Errorf("read a result: %w", err)
	}
	defer f.Close()
	r := &frameReader{in: bufio.NewReaderSize(f, 64<<10)}
	head, err := r.next()
	if err != nil {
		return p, err
	}
	if err := json.Unmarshal(head, &p.columns); err != nil {
		return p, fmt.Errorf("read a result: %w", err)
	}
	if token != "" {
		at, ok := readToken(id, token)
		if !ok {
			return p, invalid("The NextToken value is invalid.")
		}
		if _, err := f.Seek(at, io.SeekStart); err != nil {
			return p, fmt.Errorf("read a result: %w", err)
		}
		r = &frameReader{in: bufio.NewReaderSize(f, 64<<10), at: at}
	}
	p.next, err = r.fill(id, &p)
	return p, err
}

// frameReader reads frames and counts bytes.
type frameReader struct {
	in *bufio.Reader
	at int64
}

func (r *frameReader) next() ([]byte, error) {
	n, err := binary.ReadUvarint(r.in)
	if err != nil {
		return nil, err // io.EOF is the end.
	}
	if n > maxResult {
		return nil, errors.New("a result is damaged")
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(r.in, b); err != nil {
		return nil, fmt.Errorf("read a result: %w", err)
	}
	r.at += int64(n) + int64(len(binary.AppendUvarint(nil, n)))
	return b, nil
}

// fill reads rows into a page, at least one, and returns the token of the next one.
func (r *frameReader) fill(id string, p *page) (string, error) {
	for size := 0; ; {
		at := r.at
		row, err := r.next()
		if errors.Is(err, io.EOF) {
			return "", nil
		}
		if err != nil {
			return "", err
		}
		if size += len(row); size > resultPageSize && len(p.rows) > 0 {
			return makeToken(id, at), nil
		}
		p.rows = append(p.rows, row)
	}
}

// makeToken names a place in a result. The sum keeps others' tokens and typing errors out.
func makeToken(id string, at int64) string {
	text := strconv.FormatInt(at, 10)
	return base64.RawURLEncoding.EncodeToString([]byte(text + "." + tokenSum(id, text)))
}

func readToken(id, token string) (at int64, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return 0, false
	}
	text, sum, _ := strings.Cut(string(raw), ".")
	at, err = strconv.ParseInt(text, 10, 64)
	return at, err == nil && sum == tokenSum(id, text)
}

func tokenSum(id, text string) string {
	return strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(id+" "+text))), 36)
}
