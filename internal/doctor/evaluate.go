package doctor

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"

	"github.com/inlet-data/inlet/internal/guard/policy"
)

const (
	maxLine   = 16 << 20
	batchSize = 64 // cases that go to a worker at once
)

// batch is some lines with their place in the order: answers come through done.
type batch struct {
	lines [][]byte
	done  chan []byte
}

// Evaluate answers every line of in, in order, however many lines there are:
// what is under way is a few batches.
func Evaluate(ctx context.Context, in io.Reader, out io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	workers := runtime.GOMAXPROCS(0)
	work, order := make(chan *batch), make(chan *batch, 2*workers)
	for range workers {
		go func() {
			for b := range work {
				b.done <- answers(b.lines)
			}
		}()
	}
	failed := make(chan error, 1)
	go func() {
		failed <- cut(ctx, in, work, order)
		close(work)
		close(order)
	}()
	w := bufio.NewWriterSize(out, 64<<10)
	for b := range order {
		if _, err := w.Write(<-b.done); err != nil {
			return err
		}
		if len(order) == 0 { // Nobody waits for more: who asks one by one gets an answer to each.
			if err := w.Flush(); err != nil {
				return err
			}
		}
	}
	return errors.Join(<-failed, w.Flush())
}

// cut makes batches of lines. It hands out what it has when no further line is there yet.
func cut(ctx context.Context, in io.Reader, work, order chan<- *batch) error {
	r := bufio.NewReaderSize(in, 256<<10)
	for {
		b := &batch{done: make(chan []byte, 1)}
		var err error
		for len(b.lines) < batchSize && err == nil && (len(b.lines) == 0 || r.Buffered() > 0) {
			var line []byte
			if line, err = readLine(r); len(bytes.TrimSpace(line)) > 0 {
				b.lines = append(b.lines, line)
			}
		}
		if len(b.lines) > 0 {
			select {
			case order <- b:
			case <-ctx.Done():
				return ctx.Err()
			}
			work <- b
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// readLine reads up to and with the next line feed, but not without end.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > maxLine {
			return nil, fmt.Errorf("a line has more than %d bytes", maxLine)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
	}
}

// answers answers lines. Kinds of case that are not known get no answer.
func answers(lines [][]byte) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	for _, line := range lines {
		a, err := policy.AnswerCase(line)
		if errors.Is(err, policy.ErrUnknownCase) {
			continue
		}
		if err != nil {
			a = policy.Answer{ID: a.ID, Error: err.Error()}
		}
		if err := e.Encode(a); err != nil {
			fmt.Fprintf(&b, "{\"error\":%q}\n", err.Error())
		}
	}
	return b.Bytes()
}
