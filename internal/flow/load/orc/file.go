package orc

import (
	"errors"
	"fmt"
	"io"
)

// ErrMagic says that a file does not end as an ORC file.
var ErrMagic = errors.New("not an ORC file")

// File is a file whose end was read.
type File struct {
	in      io.ReaderAt
	size    int64
	rows    int64
	codec   compression
	block   int // bytes of an uncompressed block, at most
	root    *Type
	stripes []stripeInfo
}

// stripeInfo says where a stripe lies.
type stripeInfo struct{ offset, index, data, footer, rows uint64 }

func (s stripeInfo) end() uint64 { return s.offset + s.index + s.data + s.footer }

// Limits of what is read at once.
const (
	maxPostscript   = 256
	maxFooter       = 64 << 20
	maxStripeFooter = 16 << 20
	maxBlock        = 1<<23 - 1
)

// Field is a column of a file.
type Field struct {
	Name string
	Type *Type
}

// Open reads the end of a file: its types and where its stripes are.
func Open(in io.ReaderAt, size int64) (*File, error) {
	f := &File{in: in, size: size}
	tail := make([]byte, min(size, maxPostscript))
	if err := f.readAt(tail, size-int64(len(tail))); err != nil {
		return nil, err
	}
	length, err := f.postscript(tail)
	if err != nil {
		return nil, err
	}
	if length.footer > maxFooter || length.footer > uint64(size)-length.postscript {
		return nil, invalid("its footer has %d bytes", length.footer)
	}
	b, err := f.section(uint64(size)-length.postscript-length.footer, length.footer, maxFooter)
	if err != nil {
		return nil, err
	}
	return f, f.footer(b)
}

func (f *File) readAt(b []byte, at int64) error {
	if _, err := f.in.ReadAt(b, at); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read the file: %w", err)
	}
	return nil
}

// lengths are those of the file's end, the postscript's with the byte that counts it.
type lengths struct{ postscript, footer uint64 }

// postscript reads what stands uncompressed at the end.
func (f *File) postscript(tail []byte) (l lengths, err error) {
	n := 0
	if len(tail) > 0 {
		n = int(tail[len(tail)-1])
	}
	if n == 0 || n >= len(tail) {
		return l, ErrMagic
	}
	l.postscript = uint64(n) + 1
	kind, block, magic := uint64(0), uint64(256<<10), ""
	var version []uint64
	err = fields(tail[len(tail)-1-n:len(tail)-1], func(f field) error {
		switch f.number {
		case 1:
			l.footer = f.value
		case 2:
			kind = f.value
		case 3:
			block = f.value
		case 4:
			return f.numbers(func(v uint64) { version = append(version, v) })
		case 8000:
			magic = string(f.bytes)
		}
		return nil
	})
	switch {
	case err != nil || magic != "ORC":
		return l, ErrMagic
	case len(version) > 0 && (version[0] != 0 || len(version) > 1 && version[1] > 12):
		return l, invalid("its version is %d, which is not supported", version)
	case block > maxBlock:
		return l, invalid("its blocks have %d bytes", block)
	}
	f.block = max(int(block), 1)
	f.codec, err = compressionOf(kind)
	return l, err
}

// footer reads the types and the stripes.
func (f *File) footer(b []byte) error {
	var types []rawType
	rows := uint64(0)
	err := fields(b, func(x field) error {
		switch x.number {
		case 3:
			s, err := f.stripe(x.bytes)
			if n := len(f.stripes); err == nil && n > 0 && s.offset < f.stripes[n-1].end() {
				err = invalid("a stripe begins within another")
			}
			f.stripes = append(f.stripes, s)
			return err
		case 4:
			t, err := readType(x.bytes)
			if types = append(types, t); err == nil && len(types) > maxTypes {
				err = invalid("it has more than %d types", maxTypes)
			}
			return err
		case 6:
			rows = x.value
		case 10:
			return invalid("it has encrypted columns, which are not supported")
		}
		return nil
	})
	if err != nil {
		return err
	}
	if f.root, err = tree(types); err != nil {
		return err
	}
	if f.root.Kind != Struct {
		return invalid("its rows are no structs but %s", f.root.Kind)
	}
	return f.count(rows)
}

// count compares the rows of the stripes with those of the file.
func (f *File) count(rows uint64) error {
	sum := uint64(0)
	for _, s := range f.stripes {
		if s.rows > 1<<40 {
			return invalid("a stripe has %d rows", s.rows)
		}
		if sum += s.rows; sum > 1<<60 {
			return invalid("it has more than %d rows", uint64(1)<<60)
		}
	}
	if sum != rows {
		return invalid("it has %d rows and its stripes %d", rows, sum)
	}
	f.rows = int64(rows)
	return nil
}

func (f *File) stripe(b []byte) (s stripeInfo, err error) {
	err = fields(b, func(x field) error {
		switch x.number {
		case 1:
			s.offset = x.value
		case 2:
			s.index = x.value
		case 3:
			s.data = x.value
		case 4:
			s.footer = x.value
		case 5:
			s.rows = x.value
		}
		return nil
	})
	size := uint64(f.size)
	if err == nil && (s.offset > size || s.index > size || s.data > size || s.footer > size || s.end() > size) {
		err = invalid("a stripe lies outside the file")
	}
	return s, err
}

// Fields are the columns of the file.
func (f *File) Fields() []Field {
	all := make([]Field, len(f.root.Children))
	for i, t := range f.root.Children {
		all[i] = Field{f.root.Names[i], t}
	}
	return all
}

// Rows is the number of rows.
func (f *File) Rows() int64 { return f.rows }

// section reads a part of the file that is compressed as streams are.
func (f *File) section(at, length uint64, limit int) ([]byte, error) {
	u := newUnpacker(f)
	defer u.close()
	s := &stream{unpack: u, at: at, end: at + length}
	var all []byte
	for {
		err := s.more()
		if err == errEnd {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		if all = append(all, s.buf...); len(all) > limit {
			return nil, invalid("a footer has more than %d bytes", limit)
		}
	}
}
