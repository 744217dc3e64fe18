package workload

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/verify"
	"github.com/inlet-data/inlet/internal/node"
)

// warehouse opens the node's data and gives its connection to f.
func warehouse(t testing.TB, data string, f func(*pgconn.Config)) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ready, ended := make(chan *node.Node, 1), make(chan error, 1)
	o := node.Options{Data: data, AWSListen: "127.0.0.1:0", SQLListen: "127.0.0.1:0", Ready: func(n *node.Node) { ready <- n }}
	go func() { ended <- node.Run(ctx, o) }()
	select {
	case n := <-ready:
		login, err := n.Info.Login.Config()
		if err != nil {
			t.Error(err)
		} else {
			f(&login.Config)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	case err := <-ended:
		cancel()
		t.Fatal(err)
	}
}

// compare sets every table against the warehouse's: by the verifier, and by rows printed
// by both servers, which shares nothing with it.
func (l *load) compare(to *pgconn.Config) {
	l.t.Helper()
	src := l.db.source()
	defer src.Close()
	names, err := src.Tables(l.t.Context())
	if err != nil {
		l.t.Fatal(err)
	}
	d, err := mapping.Explicit("shop.*")
	if err != nil {
		l.t.Fatal(err)
	}
	v := verify.New(verify.Config{Source: src, Connect: to})
	defer v.Close()
	for _, name := range names {
		if name.Schema != "shop" {
			continue
		}
		l.verified(v, d, name)
		l.printed(to, name)
	}
}

func (l *load) verified(v *verify.Verifier, d *mapping.Document, name source.Name) {
	l.t.Helper()
	shape, err := v.Source.Describe(l.t.Context(), name)
	if err != nil {
		l.t.Fatal(err)
	}
	p, err := d.Plan(shape, mapping.Options{Engine: l.db.engine()})
	if err != nil {
		l.t.Fatal(err)
	}
	r, err := v.Table(l.t.Context(), p)
	if err != nil {
		l.t.Error(err)
	}
	for i := range min(len(r.Differences), 5) {
		l.t.Errorf("%s: %s", name, &r.Differences[i])
	}
	if !r.Equal {
		l.t.Errorf("%s: %d rows in the source, %d in the warehouse", name, r.SourceRows, r.TargetRows)
	}
}

// printed compares the rows as both servers print them.
func (l *load) printed(to *pgconn.Config, name source.Name) {
	l.t.Helper()
	s, err := l.db.open()
	if err != nil {
		l.t.Fatal(err)
	}
	defer s.close()
	shape, err := s.rows("SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'shop' AND table_name = '" + name.Table + "' ORDER BY 1")
	if err != nil {
		l.t.Fatal(err)
	}
	there := postgresql{}.words().print
	var from, into []string
	for _, c := range shape {
		kind := byte('s')
		if strings.HasPrefix(c[1], "timestamp") || strings.HasPrefix(c[1], "datetime") {
			kind = 't'
		}
		from = append(from, fmt.Sprintf(l.d.print[kind], c[0]))
		into = append(into, fmt.Sprintf(there[kind], c[0]))
	}
	c, err := pgconn.ConnectConfig(l.t.Context(), to)
	if err != nil {
		l.t.Fatal(err)
	}
	w := &pgSession{c}
	defer w.close()
	want, got := lines(l.t, s, from, name), lines(l.t, w, into, name)
	if !slices.Equal(want, got) {
		diff := strings.Split(cmp.Diff(want, got), "\n")
		l.t.Errorf("%s: %d rows in the source, %d in the warehouse; they differ (-source +warehouse):\n%.4000s", name, len(want), len(got), strings.Join(diff, "\n"))
	}
}

func lines(t testing.TB, s session, columns []string, name source.Name) []string {
	t.Helper()
	rows, err := s.rows("SELECT " + strings.Join(columns, ", ") + " FROM shop." + name.Table)
	if err != nil {
		t.Fatal(err)
	}
	all := make([]string, len(rows))
	for i, r := range rows {
		all[i] = fmt.Sprintf("%q", r)
	}
	slices.Sort(all)
	return all
}
