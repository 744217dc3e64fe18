package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// part is something that can be measured by itself.
type part struct {
	name    string
	needs   need
	measure func(*bench, context.Context) error
}

// need is what has to run for a part.
type need int

const (
	nothing need = iota
	aNode
	both    // a node and PostgreSQL
	aSource // a node and MariaDB
)

var parts = []part{
	{name: "load", needs: both, measure: func(b *bench, ctx context.Context) error { return b.compare(ctx, plain) }},
	{name: "select", needs: both, measure: (*bench).measureSelect},
	{name: "drip", needs: aNode, measure: (*bench).drip},
	{name: "wide", needs: both, measure: func(b *bench, ctx context.Context) error { return b.compare(ctx, wide) }},
	{name: "gzip", needs: aNode, measure: func(b *bench, ctx context.Context) error { return b.compare(ctx, zipped) }},
	{name: "json", needs: aNode, measure: func(b *bench, ctx context.Context) error { return b.compare(ctx, lines) }},
	{name: "parquet", needs: aNode, measure: func(b *bench, ctx context.Context) error { return b.compare(ctx, parquet) }},
	{name: "firstload", needs: aSource, measure: (*bench).measureFirstLoad},
	{name: "catchup", needs: aSource, measure: (*bench).measureCatchUp},
	{name: "lag", needs: aSource, measure: (*bench).measureLag},
	{name: "small", needs: nothing, measure: (*bench).measureSmall},
}

func partNames() []string {
	names := make([]string, len(parts))
	for i, p := range parts {
		names[i] = p.name
	}
	return names
}

// choose finds the parts that are named; without a name it is all.
func choose(names string) ([]part, error) {
	if names == "" {
		return parts, nil
	}
	var chosen []part
	for name := range strings.SplitSeq(names, ",") {
		i := slices.IndexFunc(parts, func(p part) bool { return p.name == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no %q to measure, there are %s", name, strings.Join(partNames(), ", "))
		}
		chosen = append(chosen, parts[i])
	}
	return chosen, nil
}

// run measures a part and starts before what it is the first to need.
func (b *bench) run(ctx context.Context, p part) error {
	if p.needs >= aNode && b.node == nil {
		n, err := startNode(ctx, filepath.Join(b.dir, "node"))
		if err != nil {
			return fmt.Errorf("start the node: %w", err)
		}
		b.node = n
	}
	if p.needs == both && b.postgres == nil {
		s, err := startPostgres(ctx, b.dir)
		if err != nil {
			return fmt.Errorf("start PostgreSQL: %w", err)
		}
		b.postgres = s
	}
	if p.needs == aSource && b.mariadb == nil {
		m, err := startMariaDB(ctx, b.dir)
		if err != nil {
			return fmt.Errorf("start MariaDB: %w", err)
		}
		b.mariadb = m
	}
	return p.measure(b, ctx)
}

func (b *bench) stop() {
	if b.node != nil {
		b.node.stop()
	}
	if b.postgres != nil {
		b.postgres.stop()
	}
	if b.mariadb != nil {
		b.mariadb.stop()
	}
}
