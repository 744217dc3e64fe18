package delimited

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"
)

// reader takes one file after the other and cuts it into blocks. Small files
// share a block.
type reader struct {
	scan  *Scan
	open  opener
	block *block
	fill  int // bytes of the block in use

	// The file being read; its data that belongs to no segment yet starts at start.
	file         int
	start        int
	line, offset int64
	partial      bool // A header line has begun and not ended.
}

func (r *reader) run() {
	defer r.open.close()
	for r.scan.ctx.Err() == nil {
		i := int(r.scan.next.Add(1)) - 1
		if i >= len(r.scan.files) || r.scan.tally.beyond(place{i, 0}) {
			break
		}
		if err := r.read(i); err != nil {
			r.abort(err)
		}
	}
	r.send()
	if r.block != nil {
		idleBlocks.put(r.block)
	}
}

// abort records why a file cannot be read. When the load is being stopped that is no fault of the file.
func (r *reader) abort(err error) {
	if r.scan.ctx.Err() != nil {
		return
	}
	e, ok := errors.AsType[*FileError](err)
	if !ok {
		e = &FileError{Reason: "cannot be read", Err: err}
	}
	e.File, e.FileIndex, e.Line, e.Offset = r.scan.files[r.file].Name, r.file, r.line, r.offset
	r.scan.tally.abort(e)
}

func (r *reader) read(i int) error {
	r.file, r.line, r.offset, r.partial = i, 1, 0, false
	info := &r.scan.stats[i].info
	info.Start = time.Now()
	in, err := r.open.open(r.scan, i)
	if err != nil {
		return err
	}
	err = r.records(r.scan.content(in))
	info.Bytes, info.RawBytes, info.Lines = r.open.stored, r.offset, r.line-1
	if r.partial {
		info.Lines++
	}
	if e := r.open.done(); err == nil && e != nil {
		err = fmt.Errorf("close: %w", e)
	}
	if err == nil {
		info.End = time.Now()
	}
	return err
}

// records cuts what in holds into segments.
func (r *reader) records(in io.Reader) error {
	if err := r.room(); err != nil {
		return err
	}
	r.start = r.fill
	if err := r.mark(in); err != nil {
		return err
	}
	for headers := r.scan.opt.IgnoreHeader; ; {
		if r.fill == len(r.block.mem) {
			if err := r.cut(); err != nil {
				return err
			}
		}
		if r.scan.tally.beyond(place{r.file, r.offset}) {
			r.fill = r.start
			return nil
		}
		n, err := in.Read(r.block.mem[r.fill:])
		r.fill += n
		headers = r.skip(headers)
		if err == io.EOF {
			return r.finish()
		}
		if err != nil {
			r.close(r.scan.cut(r.data()))
			r.fill = r.start
			return unreadable(err)
		}
	}
}

// unreadable is the error of a file that cannot be read on, unless err says better why.
func unreadable(err error) error {
	if e, ok := errors.AsType[*FileError](err); ok {
		return e
	}
	return &FileError{Reason: "cannot be read", Err: err}
}

// mark reads the first bytes of a file and drops a UTF-8 byte order mark.
func (r *reader) mark(in io.Reader) error {
	var first [3]byte
	n, err := io.ReadFull(in, first[:])
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return unreadable(err)
	}
	if string(first[:n]) == "\xef\xbb\xbf" {
		r.offset = 3
		return nil
	}
	if _, coding := byteOrder(first[:n]); coding != "" && !r.scan.opt.AcceptInvChars {
		return wrongEncoding("it begins with a byte order mark of UTF16")
	}
	r.fill += copy(r.block.mem[r.fill:], first[:n])
	return nil
}

// skip drops header lines from the data and returns how many are still to come.
func (r *reader) skip(headers int) int {
	for headers > 0 && r.start < r.fill {
		n := bytes.IndexByte(r.data(), '\n') + 1
		if n == 0 { // The rest of the line comes with the next read.
			r.offset += int64(r.fill - r.start)
			r.fill = r.start
			r.partial = true
			break
		}
		r.partial = false
		r.start += n
		r.offset += int64(n)
		r.line++
		headers--
	}
	return headers
}

// data is what was read and belongs to no segment yet.
func (r *reader) data() []byte { return r.block.mem[r.start:r.fill] }

// close makes the first n bytes of the data a segment.
func (r *reader) close(n int) {
	if n == 0 {
		return
	}
	r.block.segs = append(r.block.segs, segment{file: r.file, start: r.start, end: r.start + n, line: r.line, offset: r.offset})
	r.line += int64(bytes.Count(r.block.mem[r.start:r.start+n], []byte{'\n'}))
	r.offset += int64(n)
	r.start += n
}

// cut is called with a full block: it sends the whole records and moves the
// rest to the next block, a larger one if there is no whole record.
func (r *reader) cut() error {
	limit := r.scan.opt.maxRecord + 1
	r.close(r.scan.cut(r.data()))
	rest := r.fill - r.start
	if rest >= limit {
		return r.tooLong()
	}
	size := r.scan.opt.blockSize
	for size <= rest {
		size = min(2*size, limit)
	}
	next, err := idleBlocks.get(size)
	if err != nil {
		return err
	}
	copy(next.mem, r.data())
	r.fill = r.start
	r.send()
	if r.block != nil {
		idleBlocks.put(r.block)
	}
	r.block, r.start, r.fill = next, 0, rest
	return nil
}

// tooLong drops a record without end and says why it has none.
func (r *reader) tooLong() error {
	e := &FileError{Code: codeInputLine, Reason: fmt.Sprintf(reasonTooLong, r.scan.opt.maxRecord)}
	if r.scan.syntax.csv && r.unclosed() {
		e.Code, e.Reason = codeNoDelimiter, reasonEndQuote
	}
	r.fill = r.start
	return e
}

// unclosed reports whether the data, which holds no whole record, holds a line
// end: then only a quote can keep the record open.
func (r *reader) unclosed() bool { return bytes.IndexByte(r.data(), '\n') >= 0 }

// finish makes what is left at the end of a file a segment.
func (r *reader) finish() error {
	limit := r.scan.opt.maxRecord
	whole := r.scan.cut(r.data())
	if r.fill-r.start-whole > limit {
		r.close(whole)
		return r.tooLong()
	}
	n := r.fill - r.start
	r.close(n)
	if whole == n {
		return nil
	}
	r.complete()
	return nil
}

// complete ends the last record of a file that has no line end of its own.
func (r *reader) complete() {
	last := &r.block.segs[len(r.block.segs)-1]
	mem := r.block.mem[:cap(r.block.mem)]
	if mem[r.fill-1] != '\n' {
		r.line++
	} else if !r.scan.syntax.escape {
		return // It is inside quotes that are never closed.
	}
	if r.scan.syntax.escape {
		run := 0
		for run < r.fill-last.start && mem[r.fill-1-run] == '\\' {
			run++
		}
		if run%2 == 1 { // A backslash with nothing after it stands for itself.
			mem[r.fill] = '\\'
			r.fill++
		}
	}
	mem[r.fill] = '\n'
	r.fill++
	last.end, last.added = r.fill, true
	r.start = r.fill
}

// room makes sure that there is a block with some room for the next file.
func (r *reader) room() error {
	if r.block != nil && len(r.block.segs) == 0 {
		r.fill = 0
	}
	if r.block != nil && len(r.block.mem)-r.fill < max(4, len(r.block.mem)/8) {
		r.send()
	}
	if r.block != nil {
		return nil
	}
	b, err := idleBlocks.get(max(8, r.scan.opt.blockSize))
	if err != nil {
		return err
	}
	r.block, r.fill = b, 0
	return nil
}

// send hands the block to the workers, if there is anything in it.
func (r *reader) send() {
	if r.block == nil || len(r.block.segs) == 0 {
		return
	}
	select {
	case r.scan.blocks <- r.block:
		r.block = nil
	case <-r.scan.ctx.Done():
		idleBlocks.put(r.block)
		r.block = nil
	}
}
