package node

import (
	"context"
	"errors"
	"fmt"
)

// parts are what runs side by side. The first that ends by itself, with an error
// or without, makes the node stop; each stops when it is told, in the order they
// are stopped.
type parts struct {
	ended chan struct{} // one value when the first has ended
}

func newParts() *parts { return &parts{ended: make(chan struct{}, 1)} }

// part is one of them.
type part struct {
	name string
	stop context.CancelFunc
	done chan struct{}
	err  error
}

// start runs f until its context ends.
func (p *parts) start(name string, f func(context.Context) error) *part {
	ctx, stop := context.WithCancel(context.Background())
	one := &part{name: name, stop: stop, done: make(chan struct{})}
	go func() {
		defer close(one.done)
		err := f(ctx)
		stopped := ctx.Err() != nil
		if err != nil && !(stopped && errors.Is(err, context.Canceled)) {
			one.err = fmt.Errorf("%s: %w", name, err)
		} else if !stopped {
			one.err = fmt.Errorf("%s ended by itself", name)
		}
		if stopped {
			return
		}
		select {
		case p.ended <- struct{}{}:
		default: // Another ended first.
		}
	}()
	return one
}

// end stops a part and waits for it.
func (o *part) end() error {
	if o == nil {
		return nil
	}
	o.stop()
	<-o.done
	return o.err
}
