package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/inlet-data/inlet/internal/config"
	"github.com/inlet-data/inlet/internal/faulty"
	"github.com/inlet-data/inlet/internal/flow/arrival"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/node"
)

// The environment of a soak that is to be the node: where, and what it meets from the start.
const (
	nodeDir    = "INLET_SOAK_NODE"
	nodeFaults = "INLET_SOAK_FAULTS"
	// nodeRelists is "true" when its jobs are to list their prefixes.
	nodeRelists = "INLET_SOAK_RELISTS"
)

//go:embed pipeline.yml
var pipeline []byte

// jobs are those of the pipeline.
var jobs = []string{"landed", "odd", "changing", "newest", "strict"}

// relists make the jobs list their prefixes.
func relists() (all []string) {
	for _, name := range jobs {
		all = append(all, "COPY JOB ALTER "+name+"_job SET (relist = '1 second')")
	}
	return all
}

// order is what the node is told while it runs, one JSON document a line.
type order struct {
	Faults []faulty.Fault `json:",omitempty"`
	Room   int64          // no file may grow beyond it; 0 lifts the limit
	Jump   time.Duration  // how far the object store's clock is off
}

// runNode is a node like any other but for what stands between its parts.
func runNode(dir string) int {
	plan := &faulty.Plan{Struck: struck}
	var first []faulty.Fault
	if err := json.Unmarshal([]byte(os.Getenv(nodeFaults)), &first); err != nil {
		return failed(err)
	}
	plan.Add(first...)
	c := &controlled{plan: plan}
	o, err := c.options(dir)
	if err != nil {
		return failed(err)
	}
	go c.obey()
	if err := node.Run(context.Background(), o); err != nil {
		return failed(err)
	}
	return 0
}

func failed(err error) int {
	fmt.Fprintln(os.Stderr, "node:", err)
	return 1
}

// said keeps lines whole; they leave at once, so that a kill loses none.
var said sync.Mutex

func say(word string, v any) {
	text, err := json.Marshal(v)
	if err != nil {
		text = []byte(`""`) // What is said are numbers and names.
	}
	said.Lock()
	defer said.Unlock()
	os.Stdout.Write(fmt.Appendf(nil, "%s %s\n", word, text))
}

func struck(f faulty.Fault) { say("struck", f) }

// controlled is the node's side of what it is told.
type controlled struct {
	plan    *faulty.Plan
	off     atomic.Int64
	release func() error
}

func (c *controlled) options(dir string) (node.Options, error) {
	o := node.Options{Data: filepath.Join(dir, "node"), AWSListen: "127.0.0.1:0", SQLListen: "127.0.0.1:0",
		Log:   slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
		Ready: func(n *node.Node) { say("ready", n.Info.PID) },
		Between: node.Between{
			Credentials: func(of load.Credentials) load.Credentials { return faulty.Credentials{Credentials: of, Plan: c.plan} },
			Sink:        func(of arrival.Sink) arrival.Sink { return &faulty.Sink{Sink: of, Plan: c.plan} },
			Engine:      func(of warehouse.Engine) warehouse.Engine { return faulty.Engine{Engine: of, Plan: c.plan} },
			Clock:       func() time.Time { return time.Now().Add(time.Duration(c.off.Load())) },
		},
	}
	if _, err := os.Stat(o.Data); err == nil {
		return o, nil // What the pipeline asks for is there.
	}
	var err error
	if o.Pipeline, err = config.Parse(pipeline); err == nil && os.Getenv(nodeRelists) == "true" {
		o.Pipeline.SQL = append(o.Pipeline.SQL, relists()...)
	}
	return o, err
}

// obey does what it is told until who tells it is gone.
func (c *controlled) obey() {
	for in := json.NewDecoder(os.Stdin); ; {
		var o order
		if err := in.Decode(&o); err != nil {
			os.Exit(1)
		}
		c.do(o)
		say("done", 0)
	}
}

func (c *controlled) do(o order) {
	c.plan.Add(o.Faults...)
	c.off.Store(int64(o.Jump))
	if c.release != nil {
		if err := c.release(); err != nil {
			os.Exit(failed(err))
		}
		c.release = nil
	}
	if o.Room > 0 {
		release, err := faulty.Room(uint64(o.Room))
		if err != nil {
			os.Exit(failed(err))
		}
		c.release = release
	}
}
