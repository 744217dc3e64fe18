// Package faulty holds wrappers that fail on purpose: a source of files, a
// receiver of events, an engine and a disk that behave as bad ones do, for the
// tests of other packages and for the soak. What fails, and when, is a Plan.
package faulty

import (
	"os"
	"slices"
	"sync"
)

// Point is where a fault can strike.
type Point string

// The points. A wrapper passes each again and again.
const (
	List      Point = "list"      // before objects are listed
	Open      Point = "open"      // before an object is opened
	Read      Point = "read"      // before each piece of an object's body
	Deliver   Point = "deliver"   // before files are handed over
	Delivered Point = "delivered" // after it, before anybody hears of it
	Connect   Point = "connect"   // before a connection to the engine
	Write     Point = "write"     // before a statement that inserts
	Commit    Point = "commit"    // before the engine commits
	Committed Point = "committed" // after it, before anybody hears of it
)

// Kind says what happens at a point.
type Kind string

// The kinds of fault. A wrapper ignores those that its points cannot have.
const (
	Kill        Kind = "kill -9"                   // anywhere
	Error500    Kind = "S3 answers 500"            // List, Open
	Error503    Kind = "S3 answers 503"            // List, Open
	Half        Kind = "S3 sends half a body"      // Open
	Reset       Kind = "S3 resets a connection"    // Read
	Slow        Kind = "S3 sends byte by byte"     // Open
	Lost        Kind = "events lost on the way"    // Deliver: nothing arrives, and the sender is told
	Dropped     Kind = "events dropped"            // Deliver: nothing arrives, and nobody is told
	Repeated    Kind = "events repeated"           // Deliver: these and older ones come again
	Reordered   Kind = "events reordered"          // Deliver: the last comes first, one by one
	Unanswered  Kind = "the answer is lost"        // Delivered, Committed: it is done, and an error comes back
	NoRoom      Kind = "no room for the engine"    // Write, Commit
	Fatal       Kind = "fatal error of the engine" // Write, Commit
	Unconnected Kind = "the engine is away"        // Connect
)

// Fault is one that is planned.
type Fault struct {
	At    Point
	Kind  Kind
	After int // how often the point is passed unharmed before
}

// Plan is the faults that are still to come. The zero Plan has none.
type Plan struct {
	// Struck is told of a fault when it strikes, before it does harm.
	Struck func(Fault)

	mu    sync.Mutex
	ahead []Fault
}

// Add plans a fault, behind those that are planned for the same point.
func (p *Plan) Add(all ...Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ahead = append(p.ahead, all...)
}

// Left are the faults that did not strike yet.
func (p *Plan) Left() []Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.ahead)
}

// pass is what happens at a point now: "" mostly.
func (p *Plan) pass(at Point) Kind {
	f, ok := p.next(at)
	if !ok {
		return ""
	}
	if p.Struck != nil {
		p.Struck(f)
	}
	if f.Kind == Kill {
		die()
	}
	return f.Kind
}

// next takes the fault whose turn it is.
func (p *Plan) next(at Point) (Fault, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := slices.IndexFunc(p.ahead, func(f Fault) bool { return f.At == at })
	if i < 0 {
		return Fault{}, false
	}
	if p.ahead[i].After > 0 {
		p.ahead[i].After--
		return Fault{}, false
	}
	f := p.ahead[i]
	p.ahead = slices.Delete(p.ahead, i, i+1)
	return f, true
}

// die ends this process as kill -9 does: nothing is closed, nothing is written.
func die() {
	self, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = self.Kill()
	}
	if err == nil {
		select {} // The signal is on its way.
	}
	os.Exit(137) // As the system would say of a killed process.
}
