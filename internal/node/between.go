package node

import (
	"time"

	"github.com/inlet-data/inlet/internal/flow/arrival"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// Between stands between the parts of a node, for tests and for the soak: each
// function may wrap what it is given. Those that are nil change nothing.
type Between struct {
	Credentials func(load.Credentials) load.Credentials // files at the source
	Sink        func(arrival.Sink) arrival.Sink         // events on their way to warehouses
	Engine      func(warehouse.Engine) warehouse.Engine
	Clock       func() time.Time // of the object store
}

func (b Between) credentials(c load.Credentials) load.Credentials {
	if b.Credentials == nil {
		return c
	}
	return b.Credentials(c)
}

func (b Between) sink(s arrival.Sink) arrival.Sink {
	if b.Sink == nil {
		return s
	}
	return b.Sink(s)
}

func (b Between) engine(e warehouse.Engine) warehouse.Engine {
	if b.Engine == nil {
		return e
	}
	return b.Engine(e)
}
