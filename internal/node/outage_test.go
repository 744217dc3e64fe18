package node_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/flow/arrival"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// TestOutage brings files in many batches while a warehouse is away: that it is, and how
// many files came late, is told once each time.
func TestOutage(t *testing.T) {
	var told journal
	var away atomic.Bool
	o := options(t.TempDir())
	o.Log = slog.New(slog.NewTextHandler(&told, nil))
	o.Between.Engine = func(e warehouse.Engine) warehouse.Engine { return door{e, &away} }
	n := start(t, o)
	login := n.Info.Serverless.Login
	ask(t, login, "CREATE TABLE t (a INTEGER)",
		"COPY t FROM 's3://b/' IAM_ROLE 'arn:aws:iam::222222222222:role/r' JOB CREATE j AUTO OFF")
	seq := 0
	arrive := func(batches int) {
		t.Helper()
		for range batches {
			seq++
			file := arrival.Arrival{Bucket: "b", Key: fmt.Sprint("k", seq), ETag: "e", Size: 1, Time: time.Now().Add(time.Second)}
			if err := n.Sink().Arrived(t.Context(), login.Namespace, []arrival.Arrival{file}); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, batches := range []int{5, 2} {
		away.Store(true)
		arrive(batches)
		away.Store(false)
		n.Rest()
		arrive(1)
	}
	if err := n.Host().Stop(t.Context(), login.Namespace, false); err != nil {
		t.Fatal(err)
	}
	arrive(3)
	if err := n.stop(); err != nil {
		t.Fatal(err)
	}
	n = start(t, o)
	n.Rest()
	want := []string{"WARN 1", "INFO 5", "WARN 1", "INFO 2", "WARN 1", "INFO 3"}
	if got := told.outages(); !slices.Equal(got, want) {
		t.Errorf("told were %q, want %q", got, want)
	}
	if got := ask(t, login, "SELECT count(*) FROM sys_copy_job_detail WHERE job_name = 'j'"); got != fmt.Sprint(seq) {
		t.Errorf("the job knows %s files, want %d", got, seq)
	}
}

// door is an engine to which there is no way while it is away.
type door struct {
	warehouse.Engine
	away *atomic.Bool
}

func (d door) Connect(ctx context.Context) (warehouse.Conn, error) {
	if d.away.Load() {
		return nil, &warehouse.EngineError{Kind: warehouse.ErrorFatal, Position: -1, Message: "the engine is away"}
	}
	return d.Engine.Connect(ctx)
}

// journal is a log that can be read while it is written.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

var putAside = regexp.MustCompile(`level=(\w+) msg="files [^"]*put aside[^"]*".* files=(\d+)`)

// outages are the lines of files that were put aside: their levels, and how many files they name.
func (j *journal) outages() (all []string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, m := range putAside.FindAllStringSubmatch(j.text.String(), -1) {
		all = append(all, m[1]+" "+m[2])
	}
	return all
}
