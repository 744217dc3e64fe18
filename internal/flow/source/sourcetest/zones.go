package sourcetest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// Zone is how a server in Europe/Berlin speaks of time.
type Zone struct {
	Moment, Clock string // Types of an instant, and of what a clock on the wall shows.
	Local, UTC    string // Statements that set the session's zone to the server's, and to UTC.
}

// instants are those around which clocks are set, and among them two pairs of the same wall clock.
var instants = []string{
	"2024-01-15 12:00:00", "2024-03-31 00:59:59.999999", "2024-03-31 01:00:00", "2024-03-31 02:30:00", "2024-07-15 12:00:00", "2024-10-26 23:59:59.999999",
	"2024-10-27 00:00:00", "2024-10-27 00:30:00", "2024-10-27 00:59:59.999999", "2024-10-27 01:00:00", "2024-10-27 01:30:00", "2024-10-27 02:00:00",
}

// clocks are of a wall, one of an hour that Berlin left out, and one of the hour it had twice.
var clocks = []string{"2024-03-31 02:30:00", "2024-10-27 02:30:00", "2024-03-31 03:00:00.000001"}

// Zones runs against a server in Europe/Berlin: instants are read as such, in UTC, and wall clocks
// as they are, by snapshot, by ranges of a key and from the log alike.
func Zones(t *testing.T, s Server, z Zone) {
	src := open(t, s)
	n := table(t, s, "zones", fmt.Sprintf("at %s NOT NULL, written varchar(10), clock %s, PRIMARY KEY (at, written)", z.Moment, z.Clock))
	from := position(t, src)
	want := z.fill(t, s, n)
	whole := snapshot(t, src, n)
	if diff := cmp.Diff(want, told(t, whole)); diff != "" {
		t.Errorf("the snapshot differs (-want +got):\n%s", diff)
	}
	r := newReplica(n)
	r.until = position(t, src)
	r.follow(t, src, from)
	r.equal(t, src, n)
	byKey(t, src, n, whole)
}

// fill writes the instants in UTC, and as local time where that says them, and returns them all.
func (z Zone) fill(t *testing.T, s Server, n source.Name) (want []string) {
	t.Helper()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	insert := func(written, at, clock string) {
		s.Exec(t, fmt.Sprintf("INSERT INTO %s VALUES ('%s', '%s', '%s')", n, at, written, clock))
	}
	s.Exec(t, z.UTC)
	for _, at := range instants {
		insert("utc", at, clocks[1])
		want = append(want, at+" utc "+clocks[0])
	}
	s.Exec(t, z.Local)
	for i, at := range instants {
		local := moment(t, at).In(berlin)
		if local.Month() == time.October && local.Hour() == 2 {
			continue // The hour that is there twice.
		}
		insert("local", local.Format(layout), clocks[i%len(clocks)])
		want = append(want, at+" local "+clocks[i%len(clocks)])
	}
	s.Exec(t, fmt.Sprintf("UPDATE %s SET clock = '%s' WHERE written = 'utc'", n, clocks[0]))
	slices.Sort(want)
	return want
}

// byKey reads a table in ranges of a row, and by all of their keys.
func byKey(t *testing.T, src source.Source, n source.Name, whole []string) {
	t.Helper()
	d := describe(t, src, n)
	ranges, err := src.Split(context.Background(), d, 1)
	if err != nil {
		t.Fatal(err)
	}
	var parts []string
	var keys []source.Key
	for i, csv := range readRanges(t, src, d, ranges) {
		if csv != "" {
			parts = append(parts, lines(csv)...)
		}
		if ranges[i].Through != nil {
			keys = append(keys, ranges[i].Through)
		}
	}
	if diff := cmp.Diff(whole, parts); diff != "" || len(keys) != len(whole) {
		t.Errorf("%d keys of %d rows; ranges differ (-snapshot +ranges):\n%s", len(keys), len(whole), diff)
	}
	var picked strings.Builder
	if err := src.Pick(context.Background(), d, keys, &picked); err != nil {
		t.Fatal(err)
	}
	got := lines(picked.String())
	slices.Sort(got)
	if diff := cmp.Diff(slices.Sorted(slices.Values(whole)), got); diff != "" {
		t.Errorf("rows by their keys differ (-snapshot +picked):\n%s", diff)
	}
}

// told is rows of CSV as instant, who wrote it, and wall clock, sorted.
func told(t testing.TB, rows []string) []string {
	t.Helper()
	all := make([]string, len(rows))
	for i, row := range rows {
		f := strings.Split(row, ",")
		all[i] = moment(t, f[0]).Format(layout) + " " + strings.Trim(f[1], `"`) + " " + moment(t, f[2]).Format(layout)
	}
	slices.Sort(all)
	return all
}

const layout = "2006-01-02 15:04:05.999999"

// moment reads a value, whose zone is UTC where it names one.
func moment(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse(layout, strings.TrimSuffix(text, "+00"))
	if err != nil {
		t.Fatal(err)
	}
	return at
}
