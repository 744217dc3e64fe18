package node

import (
	"bufio"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	headLine   = regexp.MustCompile(`^# (HELP|TYPE) (inlet_[a-z0-9_]+) (.+)$`)
	sampleLine = regexp.MustCompile(`^(inlet_[a-z0-9_]+)(\{(?:[a-z_]+="(?:[^"\\]|\\[\\"n])*",?)+\})? (\S+)$`)
)

// Scrape reads /_inlet/metrics as Prometheus does: a family's head stands once before its
// samples, which stand together, and no series is there twice.
func Scrape(t testing.TB, n *Node) map[string]float64 {
	t.Helper()
	res, err := http.Get(n.Info.AWS + "/_inlet/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/plain; version=0.0.4; charset=utf-8" {
		t.Fatalf("%s %s", res.Status, res.Header)
	}
	all, kinds, family := map[string]float64{}, map[string]string{}, ""
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		if head := headLine.FindStringSubmatch(lines.Text()); head != nil {
			if head[1] == "TYPE" {
				if kinds[head[2]] != "" || head[3] != "gauge" && head[3] != "counter" || (head[3] == "counter") != strings.HasSuffix(head[2], "_total") {
					t.Errorf("bad head %s", head[0])
				}
				family = head[2]
				kinds[family] = head[3]
			}
			continue
		}
		one := sampleLine.FindStringSubmatch(lines.Text())
		if one == nil || one[1] != family {
			t.Fatalf("line %q in family %s", lines.Text(), family)
		}
		value, err := strconv.ParseFloat(one[3], 64)
		if _, twice := all[one[1]+one[2]]; err != nil || twice {
			t.Errorf("%s: %v, twice: %t", lines.Text(), err, twice)
		}
		all[one[1]+one[2]] = value
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestMetricsOfFiles scrapes a node whose job loaded one file and failed on another.
func TestMetricsOfFiles(t *testing.T) {
	l := newLine(t)
	if got := Scrape(t, l.Node); got[`inlet_warehouse_up{warehouse="inlet-cluster",kind="provisioned"}`] != 1 || got[`inlet_warehouse_engine_open{warehouse="inlet-cluster",kind="provisioned"}`] != 0 {
		t.Errorf("an unused node has %v", got)
	}
	for _, g := range l.grants {
		l.shell(g.Command)
	}
	for _, sql := range asked.SQL {
		l.ok(l.sql(sql))
	}
	l.ok(l.integrate())
	l.put("in/1.csv", "1\n2\n")
	l.rows(2)
	l.put("in/2.csv", "no number\n")
	l.counts("SELECT count(*) FROM inlet_files WHERE state = 'failed'", 1)
	got := Scrape(t, l.Node)
	on := `{warehouse="inlet-cluster",kind="provisioned",schema="public",table="t"`
	for series, want := range map[string]float64{
		`inlet_warehouse_engine_open{warehouse="inlet-cluster",kind="provisioned"}`: 1,
		`inlet_table_freshness_up{warehouse="inlet-cluster",kind="provisioned"}`:    1,
		"inlet_table_files_pending" + on + "}":                                      0,
		"inlet_table_files_failed" + on + "}":                                       1,
	} {
		if v, ok := got[series]; !ok || v != want {
			t.Errorf("%s is %v, %t, want %v", series, v, ok, want)
		}
	}
	p50, p99, age := got["inlet_table_put_to_visible_seconds"+on+`,quantile="0.5"}`], got["inlet_table_put_to_visible_seconds"+on+`,quantile="0.99"}`], got["inlet_table_age_seconds"+on+"}"]
	if p50 <= 0 || p99 < p50 || age < p99 || age > 60 {
		t.Errorf("p50 %v, p99 %v, age %v", p50, p99, age)
	}
}

// TestExposition prints labels that must be escaped.
func TestExposition(t *testing.T) {
	m := metric{"inlet_x_total", "counter", "Things.", []string{"a", "b"}}
	var e exposition
	e.add(&m, 1.5, "say \"x\\y\"\n", "")
	e.add(&m, 2, "", "\xff")
	e.add(&m, 1e9)
	var b strings.Builder
	if err := e.writeTo(&b); err != nil {
		t.Fatal(err)
	}
	want := "# HELP inlet_x_total Things.\n# TYPE inlet_x_total counter\n" + `inlet_x_total{a="say \"x\\y\"\n"} 1.5` + "\ninlet_x_total{b=\"\uFFFD\"} 2\ninlet_x_total 1e+09\n"
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}
