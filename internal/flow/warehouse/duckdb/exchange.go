//go:build cgo

package duckdb

import (
	"fmt"
	"os"
)

// begin empties the exchange folder and starts the first instance.
func (e *Engine) begin() (*instance, error) {
	if e.cfg.Path != "" {
		e.exchange = e.path + ".exchange"
		if err := os.RemoveAll(e.exchange); err != nil {
			return nil, fmt.Errorf("empty the exchange folder: %w", err)
		}
	}
	return e.start()
}

// Exchange is the folder whose files the engine may read although access to
// all others is off. Whoever needs it makes it.
func (e *Engine) Exchange() string { return e.exchange }
