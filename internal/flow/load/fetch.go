package load

import (
	"bufio"
	"compress/bzip2"
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"path"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/snappy"

	"github.com/inlet-data/inlet/internal/flow/load/delimited"
)

// fetched is a file on its way through the exchange folder, which the receiver removes.
type fetched struct {
	index   int
	path    string
	size    int64
	tail    string // the last bytes, which tell a Parquet file
	started time.Time
	err     error
}

// magic reports whether the file ends as a Parquet file.
func (f *fetched) magic() bool { return f.tail == "PAR1" }

// fetchAll brings the files into dir, one ahead of what is being loaded.
func (r *run) fetchAll(ctx context.Context, dir string) iter.Seq[fetched] {
	ctx, cancel := context.WithCancel(ctx)
	ready := make(chan fetched)
	go func() {
		defer close(ready)
		for i := range r.files {
			f := r.fetch(ctx, dir, i)
			select {
			case ready <- f:
			case <-ctx.Done():
				_ = os.Remove(f.path) // Nobody else knows it.
				return
			}
			if f.err != nil {
				return
			}
		}
	}()
	return func(yield func(fetched) bool) {
		defer func() {
			cancel()
			for f := range ready {
				_ = os.Remove(f.path) // Nobody waits for it any more.
			}
		}()
		for f := range ready {
			if !yield(f) {
				return
			}
		}
	}
}

// fetch writes one file into dir.
func (r *run) fetch(ctx context.Context, dir string, i int) fetched {
	f := fetched{index: i, started: time.Now()}
	in, err := r.inputs()[i].Open(ctx)
	if err != nil {
		f.err = err
		return f
	}
	defer in.Close()
	out, err := os.CreateTemp(dir, "*.parquet")
	if err != nil {
		f.err = fmt.Errorf("make a file in the exchange folder: %w", err)
		return f
	}
	f.path = out.Name()
	content := &content{name: r.files[i].URL(), index: i}
	err = content.open(r.files[i].Key, in)
	if err == nil {
		f.size, err = io.Copy(out, content)
	}
	if err == nil {
		f.tail, err = tail(out, f.size)
	}
	if e := out.Close(); err == nil {
		err = e
	}
	if err != nil {
		f.err = fmt.Errorf("fetch %s: %w", r.files[i].URL(), err)
	}
	return f
}

// tail reads the last four bytes.
func tail(f *os.File, size int64) (string, error) {
	b := make([]byte, min(4, size))
	_, err := f.ReadAt(b, size-int64(len(b)))
	return string(b), err
}

// content is what a file holds. Its errors are the file's, and not of the disk it is copied to.
type content struct {
	in    io.Reader
	name  string
	index int
}

func (c *content) open(key string, in io.Reader) (err error) {
	c.in, err = expand(key, in)
	return c.blame(err)
}

// Read gives more of the content.
func (c *content) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	if err == io.EOF {
		return n, err
	}
	return n, c.blame(err)
}

func (c *content) blame(err error) error {
	if err == nil {
		return nil
	}
	return &delimited.FileError{File: c.name, FileIndex: c.index, Line: 1, Reason: "cannot be read: " + err.Error(), Err: err}
}

// expand undoes the compression that the name of a columnar file tells. A file
// of no bytes holds nothing, whatever its name.
func expand(key string, in io.Reader) (io.Reader, error) {
	ext := path.Ext(key)
	switch ext {
	case ".gz", ".bz2", ".snappy":
	default:
		return in, nil
	}
	packed := bufio.NewReader(in)
	switch _, err := packed.Peek(1); {
	case err == io.EOF:
		return packed, nil
	case err != nil:
		return nil, err
	}
	switch ext {
	case ".gz":
		return gzip.NewReader(packed)
	case ".bz2":
		return bzip2.NewReader(packed), nil
	}
	return snappy.NewReader(packed), nil
}
