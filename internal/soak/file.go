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
	rows, pad int
	bad       bool // a row that no COPY takes stands in it
	etag      string
	size      int
	acked     bool
}

// newFile makes one of mostly few rows.
func newFile(key string, r *rand.Rand) (*file, []byte) {
	f := &file{key: key, rows: 1 + r.IntN(30), pad: r.IntN(60), bad: r.IntN(25) == 0}
	switch r.IntN(30) {
	case 0:
		f.rows, f.pad = 2000, 500 // Larger than what is read at a time.
	case 1:
		f.rows = 0
	}
	text := f.text()
	sum := md5.Sum(text)
	f.etag, f.size = hex.EncodeToString(sum[:]), len(text)
	f.bad = f.bad && f.rows > 0
	return f, text
}

// text is the file's content, which its other fields settle.
func (f *file) text() []byte {
	var b bytes.Buffer
	pad := strings.Repeat("x", f.pad)
	for line := 1; line <= f.rows; line++ {
		if f.bad && line == (f.rows+1)/2 {
			fmt.Fprintf(&b, "%s,no number,%s\n", f.key, pad)
			continue
		}
		fmt.Fprintf(&b, "%s,%d,%s\n", f.key, line, pad)
	}
	return b.Bytes()
}

// batch is the files of one COPY, or the id of one transaction.
type batch struct {
	files []*file
	acked bool
}

// world is what the node must know: everything that was sent.
type world struct {
	mu      sync.Mutex
	files   map[string]*file  // for jobs, by key
	copies  map[string]*batch // by prefix
	pairs   map[int64]bool    // acknowledged
	states  map[string]*state // objects that are written over and deleted
	checked map[string]bool   // files whose bytes were read since they were put
}

// state is an object that changes: its content is the last acknowledged or one sent since.
type state struct{ possible []string }

func newWorld() *world {
	return &world{files: map[string]*file{}, copies: map[string]*batch{}, pairs: map[int64]bool{}, states: map[string]*state{}, checked: map[string]bool{}}
}

// send notes a file before it is sent.
func (w *world) send(f *file) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.files[f.key] = f
}

func (w *world) change(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f()
}
