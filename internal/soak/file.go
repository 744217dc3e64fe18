package main

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
)

// file is an object with rows: what was sent, and what is known of its fate.
type file struct {
	key       string
	version   int // of an object that is written over; later ones are larger
	rows, pad int
	bad       bool // a row that no COPY takes stands in it
	rotten    bool // a row stands in it that a COPY takes, but the job's rule does not
	etag      string
	size      int
	acked     bool
}

// newFile makes one of mostly few rows, but at least so many.
func newFile(key string, least int, r *rand.Rand) (*file, []byte) {
	f := chance(key, r)
	f.rows = max(least, f.rows)
	return f, f.seal()
}

// newVersion makes one of an object that is written over. It has rows, so that no two are equal.
func newVersion(key string, version int, r *rand.Rand) (*file, []byte) {
	f := chance(key, r)
	f.version, f.rows = version, max(1, min(f.rows, 200))
	return f, f.seal()
}

// newStrict makes one for a job that looks at what it loads.
func newStrict(key string, least int, r *rand.Rand) (*file, []byte) {
	f := chance(key, r)
	f.rows = max(least, f.rows)
	f.rotten = r.IntN(10) == 0 && f.rows > 0 && !f.bad
	return f, f.seal()
}

// chance is a file that is still to be sealed.
func chance(key string, r *rand.Rand) *file {
	f := &file{key: key, rows: 1 + r.IntN(30), pad: r.IntN(60), bad: r.IntN(25) == 0}
	switch r.IntN(30) {
	case 0:
		f.rows, f.pad = 2000, 500 // Larger than what is read at a time.
	case 1:
		f.rows = 0
	}
	f.bad = f.bad && f.rows > 0
	return f
}

// seal notes what the content will be known by, and returns it.
func (f *file) seal() []byte {
	text := f.text()
	sum := md5.Sum(text)
	f.etag, f.size = hex.EncodeToString(sum[:]), len(text)
	return text
}

// name is what the rows of the file are known by.
func (f *file) name() string {
	if f.version == 0 {
		return f.key
	}
	return fmt.Sprint(f.key, "@", f.version)
}

func (f *file) url() string { return "s3://" + bucketName + "/" + f.key }

// text is the file's content, which its other fields settle.
func (f *file) text() []byte {
	var b bytes.Buffer
	first, pad := f.key, strings.Repeat("x", f.pad)
	if f.version > 0 {
		first = fmt.Sprint(first, ",", f.version)
	}
	for line := 1; line <= f.rows; line++ {
		fmt.Fprintf(&b, "%s,%s,%s\n", first, f.number(line), pad)
	}
	return b.Bytes()
}

// number is what stands in a line as its number.
func (f *file) number(line int) string {
	switch odd := line == (f.rows+1)/2; {
	case odd && f.bad:
		return "no number"
	case odd && f.rotten:
		return fmt.Sprint(-line)
	}
	return fmt.Sprint(line)
}

// batch is the files of one COPY, or the id of one transaction.
type batch struct {
	files []*file
	acked bool
}

// world is what the node must know: everything that was sent.
type world struct {
	mu       sync.Mutex
	files    map[string]*file   // for jobs, by key
	strict   map[string]*file   // for the job that looks at what it loads, by key
	versions map[string][]*file // for jobs that load what is written over, by key, in the order they were put
	copies   map[string]*batch  // by prefix
	pairs    map[int64]bool     // acknowledged
	states   map[string]*state  // objects that are written over and deleted
	checked  map[string]bool    // files whose bytes were read since they were put
}

// state is an object that changes: its content is the last acknowledged or one sent since.
type state struct{ possible []string }

func newWorld() *world {
	return &world{files: map[string]*file{}, strict: map[string]*file{}, versions: map[string][]*file{}, copies: map[string]*batch{}, pairs: map[int64]bool{}, states: map[string]*state{}, checked: map[string]bool{}}
}

func (w *world) change(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f()
}
