package pg

import (
	"bytes"
	"errors"
	"io"
	"testing"
)

// gate is a client that takes a write only when it is let through.
type gate struct {
	got    bytes.Buffer
	writes chan int      // gets the length of a write when it begins
	pass   chan struct{} // lets it go on
	err    error         // of every write
}

func newGate() *gate { return &gate{writes: make(chan int, 10), pass: make(chan struct{}, 10)} }

func (g *gate) Write(p []byte) (int, error) {
	g.writes <- len(p)
	<-g.pass
	if g.err != nil {
		return 0, g.err
	}
	return g.got.Write(p)
}

// fillWith makes the buffer full of a byte.
func fillWith(w *writer, b byte) { w.buf = append(w.buf, bytes.Repeat([]byte{b}, flushSize)...) }

func TestWriterKeepsTwoBuffers(t *testing.T) {
	g := newGate()
	w := newWriter(g)
	fillWith(&w, 'a')
	w.flushFull() // Returns while the client has taken nothing.
	<-g.writes
	fillWith(&w, 'b')
	held := make(chan struct{})
	go func() {
		defer close(held)
		w.flushFull()
	}()
	select {
	case <-held:
		t.Error("a third buffer was begun while the client held the first")
	case n := <-g.writes:
		t.Errorf("%d bytes were written beside the first buffer", n)
	default:
	}
	g.pass <- struct{}{}
	<-held
	w.buf = append(w.buf, "end"...)
	g.pass <- struct{}{}
	g.pass <- struct{}{}
	w.flush()
	want := append(append(bytes.Repeat([]byte{'a'}, flushSize), bytes.Repeat([]byte{'b'}, flushSize)...), "end"...)
	if w.err != nil || !bytes.Equal(g.got.Bytes(), want) {
		t.Errorf("got %d bytes and %v, want %d in order", g.got.Len(), w.err, len(want))
	}
}

func TestWriterKeepsItsFirstError(t *testing.T) {
	g := newGate()
	g.err = io.ErrClosedPipe
	w := newWriter(g)
	fillWith(&w, 'a')
	w.flushFull()
	g.pass <- struct{}{}
	for range 3 {
		fillWith(&w, 'b')
		w.flushFull()
	}
	w.flush()
	if !errors.Is(w.err, io.ErrClosedPipe) || len(g.writes) != 1 || len(w.buf) > 0 {
		t.Errorf("%v after %d writes, %d bytes left", w.err, len(g.writes), len(w.buf))
	}
}
