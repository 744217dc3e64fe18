package task

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/target"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// claim makes this run the one that the target takes the task's rows from. It goes on for
// the earlier runs of its directory; from others it takes the task only when it is to load
// everything again, or when that one ended. What it claims as is kept before, so that a crash does not lock it out.
func (r *run) claim(ctx context.Context, how Start) error {
	c := target.Claim{Owner: target.Owner{Run: token(), Who: r.whoami()}, Anew: how != ResumeProcessing, Force: how == ReloadTarget}
	r.mu.Lock()
	if r.state.Lineage == "" {
		r.state.Lineage = token()
	}
	c.Former = r.state.Runs
	r.state.Runs = append(c.Former[:len(c.Former):len(c.Former)], c.Run)
	err := r.store.write(r.state)
	r.mu.Unlock()
	if err != nil {
		return err
	}
	err = r.again(ctx, tasklog.TaskManager, "claiming the task in the target", func(ctx context.Context, _ func()) error { return r.target.Claim(ctx, c) })
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case err == nil:
		r.state.Runs = []string{c.Run}
	case fault.CodeOf(err) == target.CodeOwned:
		r.state.Runs = c.Former
	default:
		return err // It may have it or not.
	}
	return firstError(err, r.store.write(r.state))
}

// leave lets others have the task, also when the run was stopped.
func (r *run) leave() error {
	ctx, cancel := context.WithTimeout(context.Background(), noted)
	defer cancel()
	return r.target.Leave(ctx)
}

func firstError(err, next error) error {
	if err != nil {
		return err
	}
	return next
}

// whoami names the run for people: the machine, the process and the task's directory.
func (r *run) whoami() string {
	host, err := os.Hostname()
	if err != nil {
		host = "a machine without a name"
	}
	who := fmt.Sprintf("%s, process %d, directory %s", host, os.Getpid(), r.c.Dir)
	const most = 500 // Of the column's 512 bytes.
	return who[:min(len(who), most)]
}

// token is text that no other has.
func token() string {
	var b [8]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// whole reports why the parts of a table that the target has are not each of this load
// once: a commit may take effect late, after it was given up for lost, or after its run was.
func (r *run) whole(ctx context.Context, t *table) (trouble string, err error) {
	in, err := r.target.Loaded(ctx, t.Name)
	if fault.CodeOf(err) == "ChunkTwice" {
		return "has a part in the target twice", nil
	}
	if err != nil {
		return "", err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for n := range t.Ranges {
		delete(in, t.chunk(n))
	}
	if len(in) > 0 {
		return "has rows of another run in the target", nil
	}
	return "", nil
}
