package main

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// drip puts small files one after the other and waits for each until a SELECT has its rows.
func (b *bench) drip(ctx context.Context) error {
	const each = 100
	waits := make([]time.Duration, 0, b.files)
	for i := range b.files {
		from := time.Now()
		if err := b.node.putRows(ctx, fmt.Sprintf("drip/%06d.csv", i), i*each, each); err != nil {
			return err
		}
		if err := b.node.visible(ctx, "drip", waiting{rows: (i + 1) * each, most: time.Minute}); err != nil {
			return err
		}
		waits = append(waits, time.Since(from))
	}
	if len(waits) == 0 {
		return nil
	}
	slices.Sort(waits)
	fmt.Printf("PUT to visible, %d files of %d rows: p50 %v, p99 %v\n\n", b.files, each,
		waits[len(waits)/2].Round(time.Millisecond), waits[len(waits)*99/100].Round(time.Millisecond))
	return nil
}

// putRows stores an object of rows that follow the one numbered after.
func (n *node) putRows(ctx context.Context, key string, after, rows int) error {
	var text []byte
	for id := after + 1; id <= after+rows; id++ {
		text = appendRow(text, id)
	}
	return n.put(ctx, key, bytes.NewReader(text), int64(len(text)))
}

// waiting is for how many rows, how long at most, and with what pause between questions.
type waiting struct {
	rows        int
	most, pause time.Duration
}

// visible asks until the table has so many rows. Each question is planned anew: the plan
// of a prepared one may count by statistics that were true when it was made.
func (n *node) visible(ctx context.Context, table string, w waiting) error {
	deadline := time.Now().Add(w.most)
	for got := 0; got != w.rows; {
		if err := n.conn.QueryRow(ctx, "SELECT count(*) FROM "+table, pgx.QueryExecModeSimpleProtocol).Scan(&got); err != nil {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("after %v %d rows are visible, want %d", w.most, got, w.rows)
		}
		if got != w.rows {
			time.Sleep(w.pause)
		}
	}
	return nil
}
