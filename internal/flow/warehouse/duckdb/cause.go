//go:build cgo

package duckdb

import (
	"strconv"
	"strings"
	"sync"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// causeMark begins the text of an exception that Go code caused.
const causeMark = "inlet cause "

// causes leads from the engine's exceptions, which can carry only text, back to
// the Go errors behind them. The newest are kept: an error is looked for as
// soon as its statement has failed, and of several workers' errors only one comes out.
type causes struct {
	mu   sync.Mutex
	last int
	kept [256]error
}

// mark keeps an error and returns the text for the engine.
func (c *causes) mark(err error) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last++
	c.kept[c.last%len(c.kept)] = err
	text := strings.ReplaceAll(strings.ToValidUTF8(err.Error(), "\uFFFD"), "\x00", "\uFFFD")
	return causeMark + strconv.Itoa(c.last) + ":" + text
}

// blame puts the Go error behind an engine's error into it.
func (c *causes) blame(err *warehouse.EngineError) {
	rest, found := strings.CutPrefix(err.Message, causeMark)
	if !found {
		return
	}
	number, message, _ := strings.Cut(rest, ":")
	n, _ := strconv.Atoi(number)
	err.Message = message
	c.mu.Lock()
	defer c.mu.Unlock()
	if n <= c.last && n > c.last-len(c.kept) {
		err.Err = c.kept[n%len(c.kept)]
		err.Message = err.Err.Error()
	}
}
