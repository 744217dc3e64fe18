package node

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/inlet-data/inlet/internal/flow/session"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// The metrics of warehouses and of the tables that files come into.
var (
	ofWarehouse = []string{"warehouse", "kind"}
	ofTable     = []string{"warehouse", "kind", "schema", "table"}

	warehouseUp       = metric{"inlet_warehouse_up", "gauge", "Whether a warehouse has a port and its engine does not fail.", ofWarehouse}
	warehouseOpen     = metric{"inlet_warehouse_engine_open", "gauge", "Whether the engine of a warehouse is open; it opens at the first use.", ofWarehouse}
	freshnessUp       = metric{"inlet_table_freshness_up", "gauge", "Whether the freshness of an open warehouse's tables could be read.", ofWarehouse}
	tableAge          = metric{"inlet_table_age_seconds", "gauge", "Time since the PUT of the newest file whose rows are in the table.", ofTable}
	tableToVisible    = metric{"inlet_table_put_to_visible_seconds", "gauge", "Time from PUT to visible rows of the last 1,000 files that COPY JOBs loaded.", []string{"warehouse", "kind", "schema", "table", "quantile"}}
	tableFilesPending = metric{"inlet_table_files_pending", "gauge", "Files that wait to be loaded.", ofTable}
	tableFilesFailed  = metric{"inlet_table_files_failed", "gauge", "Files that could not be loaded.", ofTable}
)

// scrapeTimeout is how long the warehouses may take; Prometheus itself waits for 10 s.
const scrapeTimeout = 8 * time.Second

// metrics answers /_inlet/metrics in Prometheus' text format. It holds names and counts
// and no data, and Prometheus has no way to read node.json, so it needs no token.
func (n *Node) metrics(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), scrapeTimeout)
	defer cancel()
	n.scraping.Lock() // Those who ask at the same time are not served by as many queries at a time.
	defer n.scraping.Unlock()
	var e exposition
	n.measureWarehouses(ctx, &e)
	n.measureTasks(&e)
	w.Header().Set("Content-Type", expositionType)
	_ = e.writeTo(w) // A caller that went away does not matter.
}

// measureWarehouses says how the engines are, and how fresh the tables of those that are open.
func (n *Node) measureWarehouses(ctx context.Context, e *exposition) {
	for _, ns := range n.namespaces.All() {
		w, err := n.fleet.health(ns)
		e.add(&warehouseUp, truth(err == nil && w.Engine != "stopped"), w.Name, w.Kind)
		e.add(&warehouseOpen, truth(w.Engine == "ok"), w.Name, w.Kind)
		if w.Engine != "ok" {
			continue
		}
		tables, err := n.fleet.freshness(ctx, ns)
		e.add(&freshnessUp, truth(err == nil), w.Name, w.Kind)
		if err != nil {
			n.log.Warn("the freshness of tables is missing in the metrics", "namespace", ns.Label(), "error", err)
		}
		for _, t := range tables {
			t.add(e, w)
		}
	}
}

// freshness is a row of inlet_freshness as text, NULL as "".
type freshness struct{ schema, table, age, p50, p99, pending, failed string }

// add adds the samples of a table.
func (f *freshness) add(e *exposition, w Warehouse) {
	put := func(m *metric, text string, more ...string) {
		if v, err := strconv.ParseFloat(text, 64); err == nil { // Not NULL.
			e.add(m, v, append([]string{w.Name, w.Kind, f.schema, f.table}, more...)...)
		}
	}
	put(&tableAge, f.age)
	put(&tableToVisible, f.p50, "0.5")
	put(&tableToVisible, f.p99, "0.99")
	put(&tableFilesPending, f.pending)
	put(&tableFilesFailed, f.failed)
}

const freshnessQuery = `SELECT schema_name, table_name, age_seconds::VARCHAR, p50_seconds::VARCHAR, p99_seconds::VARCHAR, pending::VARCHAR, failed::VARCHAR
	FROM inlet_freshness WHERE schema_name IS NOT NULL ORDER BY schema_name, table_name`

// freshness reads inlet_freshness as the warehouse's administrator.
func (f *fleet) freshness(ctx context.Context, ns *warehouse.Namespace) (all []freshness, err error) {
	s, err := f.Session(ctx, ns.ARN(), session.Options{User: ns.AdminUser})
	if err != nil {
		return nil, err
	}
	defer closing(&err, s.Close)
	list, err := s.Prepare(ctx, freshnessQuery, nil)
	if err != nil {
		return nil, err
	}
	result, err := list[0].Run(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer closing(&err, result.Rows.Close)
	for {
		chunk, err := result.Rows.Next()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		for row := range chunk.Rows {
			all = append(all, freshnessOf(chunk, row))
		}
	}
}

func freshnessOf(c *warehouse.Chunk, row int) (f freshness) {
	for i, to := range []*string{&f.schema, &f.table, &f.age, &f.p50, &f.p99, &f.pending, &f.failed} {
		if v := &c.Vectors[i]; !v.Null(row) {
			*to = string(v.Bytes(row))
		}
	}
	return f
}
