package delimited

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/inlet-data/inlet/internal/sqltype"
)

// Head is how a file of CSV or delimited text begins.
type Head struct {
	Header []string // the last of the lines that IGNOREHEADER skips, nil when it skips none
	First  []string // the first record, nil when there is none
}

// ReadHead reads the beginning of a file.
func ReadHead(ctx context.Context, f File, opt Options) (Head, error) {
	opt.Layout = nil
	s, err := New(ctx, []File{f}, []Column{{Type: sqltype.Type{ID: sqltype.Varchar}}}, opt)
	if err != nil {
		return Head{}, err
	}
	defer s.Close()
	text, err := s.beginning()
	if err != nil {
		return Head{}, fmt.Errorf("read the beginning of %s: %w", f.Name, err)
	}
	h := &heading{worker: newWorker(s), text: text}
	defer h.worker.Close()
	return h.read(opt.IgnoreHeader), nil
}

// beginning is the text of the first file as far as one record may go.
func (s *Scan) beginning() ([]byte, error) {
	var o opener
	defer o.close()
	in, err := o.open(s, 0)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(s.content(in), int64(s.opt.maxRecord)))
	if e := o.done(); err == nil {
		err = e
	}
	return bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), err
}

// heading reads records of a text in memory.
type heading struct {
	worker *worker
	text   []byte
}

func (h *heading) read(skip int) Head {
	var head Head
	for i := range skip {
		n := bytes.IndexByte(h.text, '\n') + 1
		if n == 0 {
			n = len(h.text)
		}
		if i == skip-1 {
			head.Header = h.fields(h.text[:n])
		}
		h.text = h.text[n:]
	}
	for h.worker.opt.IgnoreBlankLines && len(h.text) > 0 && (h.text[0] == '\n' || bytes.HasPrefix(h.text, []byte("\r\n"))) {
		h.text = h.text[bytes.IndexByte(h.text, '\n')+1:]
	}
	if len(h.text) > 0 {
		n, _ := h.worker.syntax.recordEnd(h.text)
		head.First = h.fields(h.text[:n])
	}
	return head
}

// maxFields is more than a table has columns.
const maxFields = 2000

// fields splits a record; what follows broken quoting is left out. Text may have one delimiter more than it needs.
func (h *heading) fields(record []byte) []string {
	w := h.worker
	record = bytes.TrimSuffix(record, []byte{'\n'})
	w.mem = make([]byte, len(record)+1, len(record)+1+slack)
	copy(w.mem, record)
	w.mem[len(record)] = '\n'
	w.end = len(w.mem)
	w.mem = w.mem[:cap(w.mem)]
	var all []string
	for pos := 0; len(all) < maxFields; {
		f := w.field(pos)
		all = append(all, string(f.value))
		if f.ended || f.fault != nil {
			break
		}
		pos = f.next
	}
	if n := len(all) - 1; n > 0 && !w.syntax.csv && all[n] == "" {
		all = all[:n]
	}
	return all
}
