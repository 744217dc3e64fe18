package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

// fewRows are in each file of many.
const fewRows = 10

// smallMemory is what the engine may keep in its pool while the files come, in MB. By default
// it may have 1 GB, and fills that in the end with pages of the file it could read again.
const smallMemory = "--memory=96"

// measureSmall puts many small files at once into the bucket of a node of its own, whose
// job loads them meanwhile, and starts that node again with the ledger it then has.
func (b *bench) measureSmall(ctx context.Context) error {
	n, err := startNode(ctx, filepath.Join(b.dir, "small"), smallMemory)
	if err != nil {
		return fmt.Errorf("start the node: %w", err)
	}
	defer func() { n.stop() }()
	from, before := time.Now(), peak(n.cmd.Process.Pid)
	memory := watchOwn(n.cmd.Process.Pid)
	if err := b.putSmall(ctx, n); err != nil {
		memory.end()
		return err
	}
	puts := time.Since(from)
	w := waiting{rows: b.small * fewRows, most: 10*time.Minute + puts, pause: 20 * time.Millisecond}
	err = n.visible(ctx, "small", w)
	most := memory.end()
	if err != nil {
		return fmt.Errorf("wait until all rows are visible: %w", err)
	}
	all := time.Since(from)
	if err := b.printSmall(ctx, n, puts, all); err != nil {
		return err
	}
	fmt.Printf("the node's peak (serve %s): %d MB of its own, %d MB with the pages of mapped files, %d MB before the first file; its data: %d MB\n",
		smallMemory, most>>20, peak(n.cmd.Process.Pid)>>20, before>>20, folderSize(n.data)>>20)
	if err := b.checkSmall(ctx, n); err != nil {
		return err
	}
	for i, how := range []os.Signal{os.Interrupt, os.Kill} {
		if n, err = b.restart(ctx, n, how, w.rows+i*fewRows); err != nil {
			return err
		}
	}
	return nil
}

// putSmall puts the files with several clients; each takes the next that nobody has.
func (b *bench) putSmall(ctx context.Context, n *node) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var clients sync.WaitGroup
	for range b.clients {
		clients.Go(func() {
			for i := int(next.Add(1)) - 1; i < b.small && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				if err := n.putRows(ctx, fmt.Sprintf("small/%07d.csv", i), i*fewRows, fewRows); err != nil {
					cancel(err)
				}
			}
		})
	}
	clients.Wait()
	return context.Cause(ctx)
}

func (b *bench) printSmall(ctx context.Context, n *node, puts, all time.Duration) error {
	var loads, files int
	var loading int64
	if err := n.conn.QueryRow(ctx, "SELECT count(*), sum(source_file_count), sum(duration) FROM sys_load_history WHERE table_name = 'small'").
		Scan(&loads, &files, &loading); err != nil {
		return fmt.Errorf("ask for the loads: %w", err)
	}
	if files != b.small {
		return fmt.Errorf("%d files were loaded, want %d", files, b.small)
	}
	used, err := cpu(n.cmd.Process.Pid)
	if err != nil {
		return err
	}
	rate := func(d time.Duration) float64 { return float64(b.small) / d.Seconds() }
	fmt.Printf("%d files of %d rows by %d clients: %.0f files/s from the first PUT until all are visible (%.1f s), %.0f files per CPU-s of the node\n",
		b.small, fewRows, b.clients, rate(all), all.Seconds(), rate(used))
	took := time.Duration(loading) * time.Microsecond
	fmt.Printf("PUTs: %.0f/s (%.1f s), visible %.1f s after the last; loads: %d in %.1f s, %.0f files/s\n",
		rate(puts), puts.Seconds(), (all - puts).Seconds(), loads, took.Seconds(), rate(took))
	return nil
}

// checkSmall looks whether each row is there once, in pieces: who counts all at once needs more memory than the engine may have.
func (b *bench) checkSmall(ctx context.Context, n *node) error {
	const piece = 1 << 19
	for from := 0; from < b.small*fewRows; from += piece {
		var rows, distinct int
		to := min(from+piece, b.small*fewRows)
		if err := n.conn.QueryRow(ctx, "SELECT count(*), count(DISTINCT id) FROM small WHERE id > $1 AND id <= $2", from, to).Scan(&rows, &distinct); err != nil {
			return fmt.Errorf("count the rows: %w", err)
		}
		if rows != to-from || distinct != rows {
			return fmt.Errorf("after row %d are %d rows and %d different ones, want %d", from, rows, distinct, to-from)
		}
	}
	fmt.Println("each row is there once")
	return nil
}

// restart ends the node by a signal, starts it again on its data and waits until it works: then the table
// has its rows, and a new file arrives.
func (b *bench) restart(ctx context.Context, old *node, how os.Signal, rows int) (*node, error) {
	old.end(how)
	from := time.Now()
	n, err := startNode(ctx, old.data, smallMemory)
	if err != nil {
		return old, fmt.Errorf("start the node again: %w", err)
	}
	ready := time.Since(from)
	if err := n.visible(ctx, "small", waiting{rows: rows, most: time.Minute}); err != nil {
		return n, errors.Join(errors.New("not all rows are there after a restart"), err)
	}
	answers := time.Since(from)
	if err := n.putRows(ctx, fmt.Sprintf("small/%07d.csv", rows/fewRows), rows, fewRows); err != nil {
		return n, err
	}
	if err := n.visible(ctx, "small", waiting{rows: rows + fewRows, most: time.Minute}); err != nil {
		return n, err
	}
	fmt.Printf("start after %v: ready and connected after %v, first SELECT after %v, a new file visible after %v; peak %d MB\n", how, ready.Round(time.Millisecond),
		answers.Round(time.Millisecond), time.Since(from).Round(time.Millisecond), peak(n.cmd.Process.Pid)>>20)
	return n, nil
}

func folderSize(dir string) (size int64) {
	_ = filepath.WalkDir(dir, func(_ string, d os.DirEntry, err error) error {
		if err != nil {
			return nil // It has gone meanwhile.
		}
		if info, err := d.Info(); err == nil && !d.IsDir() {
			size += info.Size()
		}
		return nil
	})
	return size
}
