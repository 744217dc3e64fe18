package bucket

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"sort"
	"sync"
)

// maxOpenFiles bounds the descriptors one Object keeps; an object of ten
// thousand parts opens the others for each read.
const maxOpenFiles = 64

// Object is an open object. It is an io.ReaderAt over the whole object, an
// io.WriterTo for the bytes the request selected, and must be closed. Deleting
// or replacing the object does not disturb it.
type Object struct {
	Selection
	found  *found
	pieces []extent

	mu    sync.Mutex
	files map[uint64]*os.File
}

// extent is a segment and where it begins in the object.
type extent struct {
	segment
	at int64
}

// Segment is a piece of an object's data: bytes in memory, or a stretch of a file that does not change.
type Segment struct {
	Data   []byte // Small objects; else nil.
	Path   string
	Offset int64
	Length int64
}

func newObject(f *found, sel Selection) *Object {
	o := &Object{Selection: sel, found: f, files: map[uint64]*os.File{}}
	var at int64
	for _, g := range f.ver.segments() {
		o.pieces = append(o.pieces, extent{g, at})
		at += g.n
	}
	return o
}

// Size is the size of the whole object.
func (o *Object) Size() int64 { return o.Info.Size }

// Segments lists the pieces in order; the files stay until Close.
func (o *Object) Segments() []Segment {
	out := make([]Segment, len(o.pieces))
	for i, e := range o.pieces {
		if e.inline {
			out[i] = Segment{Data: o.memory(e), Length: e.n}
			continue
		}
		out[i] = Segment{Path: o.found.store.blobs.path(e.id), Offset: e.off, Length: e.n}
	}
	return out
}

func (o *Object) memory(e extent) []byte {
	b := o.found.inline[e.id]
	if int64(len(b)) < e.off+e.n {
		return nil
	}
	return b[e.off : e.off+e.n]
}

// ReadAt reads from the whole object; it may be called from several goroutines.
func (o *Object) ReadAt(p []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, invalidArgument("The offset is negative", "offset", fmt.Sprint(off))
	}
	for i := o.extentAt(off); n < len(p) && i < len(o.pieces); i++ {
		e := o.pieces[i]
		skip := off + int64(n) - e.at
		want := p[n:min(int64(len(p)), int64(n)+e.n-skip)]
		m, err := o.readExtent(e, want, skip)
		n += m
		if err != nil {
			return n, err
		}
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// extentAt is the index of the piece that holds the byte at off.
func (o *Object) extentAt(off int64) int {
	return sort.Search(len(o.pieces), func(i int) bool { return o.pieces[i].at+o.pieces[i].n > off })
}

func (o *Object) readExtent(e extent, p []byte, skip int64) (int, error) {
	if e.inline {
		b := o.memory(e)
		if b == nil {
			return 0, internal("read object", errCorrupt)
		}
		return copy(p, b[skip:]), nil
	}
	f, done, err := o.file(e.id)
	if err != nil {
		return 0, err
	}
	defer done()
	n, err := f.ReadAt(p, e.off+skip)
	if err != nil {
		return n, internal("read object", fmt.Errorf("read blob: %w", err))
	}
	return n, nil
}

// file returns an open file, and what to call when done with it.
func (o *Object) file(id uint64) (*os.File, func(), error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if f := o.files[id]; f != nil {
		return f, func() {}, nil
	}
	f, err := os.Open(o.found.store.blobs.path(id))
	if err != nil {
		return nil, nil, internal("open object", fmt.Errorf("open blob: %w", err))
	}
	if len(o.files) < maxOpenFiles {
		o.files[id] = f
		return f, func() {}, nil
	}
	return f, func() { f.Close() }, nil
}

// Reader reads the selected bytes.
func (o *Object) Reader() io.Reader { return io.NewSectionReader(o, o.Offset, o.Length) }

// WriteTo writes the selected bytes to w, file by file, so that a socket may use sendfile.
func (o *Object) WriteTo(w io.Writer) (total int64, err error) {
	off, left := o.Offset, o.Length
	for i := o.extentAt(off); left > 0 && i < len(o.pieces); i++ {
		e := o.pieces[i]
		skip := off - e.at
		n, err := o.writeExtent(w, e, skip, min(left, e.n-skip))
		total, off, left = total+n, off+n, left-n
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

func (o *Object) writeExtent(w io.Writer, e extent, skip, n int64) (int64, error) {
	if e.inline {
		b := o.memory(e)
		if b == nil {
			return 0, internal("read object", errCorrupt)
		}
		return io.Copy(w, bytes.NewReader(b[skip:skip+n]))
	}
	// Its own descriptor, because sendfile reads from the file's position.
	f, err := os.Open(o.found.store.blobs.path(e.id))
	if err != nil {
		return 0, internal("open object", fmt.Errorf("open blob: %w", err))
	}
	defer f.Close()
	if _, err := f.Seek(e.off+skip, io.SeekStart); err != nil {
		return 0, internal("read object", fmt.Errorf("seek in blob: %w", err))
	}
	m, err := io.Copy(w, io.LimitReader(f, n))
	if err == nil && m < n {
		err = internal("read object", fmt.Errorf("blob is shorter than its record: %w", io.ErrUnexpectedEOF))
	}
	return m, err
}

// Close releases the object.
func (o *Object) Close() error {
	o.closeFiles()
	o.found.release()
	return nil
}

func (o *Object) closeFiles() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for id, f := range o.files {
		f.Close()
		delete(o.files, id)
	}
}
