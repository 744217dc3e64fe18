package session_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/session"
)

// rehearse runs a rehearsal and reads its report.
func (h *copyHouse) rehearse(copy string) *load.Rehearsal {
	h.t.Helper()
	said := h.client("awsuser").say("REHEARSE (FORMAT JSON) " + copy)
	_, text, _ := strings.Cut(said, "\n")
	text, _, _ = strings.Cut(text, "\nREHEARSE")
	r := new(load.Rehearsal)
	if err := json.Unmarshal([]byte(text), r); err != nil {
		h.t.Fatalf("%v: %s", err, said)
	}
	return r
}

// TestRehearseWaitsForNobody rehearses a load into a table that another session has locked.
func TestRehearseWaitsForNobody(t *testing.T) {
	h := newCopyHouse(t)
	h.files["a.csv"] = "1\n2\n"
	h.client("awsuser").say("CREATE TABLE t (id INTEGER)")
	s, err := h.manager.Open(t.Context(), session.Options{User: "awsuser", Database: "dev", PID: 77, Notice: func(session.Notice) {}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	writer := &client{session: s}
	for _, sql := range []string{"BEGIN", "LOCK TABLE t", "INSERT INTO t VALUES (3)"} {
		if said := writer.say(sql); strings.Contains(said, "ERROR") {
			t.Fatal(said)
		}
	}
	if r := h.rehearse("COPY t FROM 's3://b/a.csv' IAM_ROLE '" + loadRole + "'"); !r.Passes || r.Rows != 2 {
		t.Errorf("%+v", r)
	}
}

// TestSuggestionLoads makes files of every kind of value, creates the table that a
// rehearsal suggests for them, and loads them: all rows, without an error.
func TestSuggestionLoads(t *testing.T) {
	kinds := []func(*rand.Rand) string{
		func(r *rand.Rand) string { return fmt.Sprint(r.IntN(100)) },
		func(r *rand.Rand) string { return fmt.Sprint(int64(r.Uint64())) },
		func(r *rand.Rand) string { return fmt.Sprintf("%d.%0*d", r.IntN(1000), 1+r.IntN(5), r.IntN(10)) },
		func(r *rand.Rand) string { return fmt.Sprintf("%.3e", r.NormFloat64()) },
		func(r *rand.Rand) string {
			return fmt.Sprintf("20%02d-%02d-%02d", r.IntN(30), 1+r.IntN(12), 1+r.IntN(28))
		},
		func(r *rand.Rand) string { return fmt.Sprintf("2025-01-15 %02d:%02d:00", r.IntN(24), r.IntN(60)) },
		func(r *rand.Rand) string { return []string{"true", "false"}[r.IntN(2)] },
		func(r *rand.Rand) string { return strings.Repeat("ü", r.IntN(300)) },
		func(*rand.Rand) string { return "" },
		func(r *rand.Rand) string { return fmt.Sprintf("0%d", r.IntN(100000)) },
	}
	h := newCopyHouse(t)
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 30 {
		var columns []func(*rand.Rand) string
		for range 1 + random.IntN(6) {
			columns = append(columns, kinds[random.IntN(len(kinds))])
		}
		name := fmt.Sprint("t", round)
		h.files[name+"/a.csv"] = table(random, columns, kinds)
		copy := fmt.Sprintf("COPY %s FROM 's3://b/%s/' IAM_ROLE '%s' CSV IGNOREHEADER 1", name, name, loadRole)
		r := h.rehearse(copy)
		if !r.Passes || r.Rejected != 0 || r.Create == "" {
			t.Fatalf("%s\n%+v", h.files[name+"/a.csv"], r)
		}
		for _, sql := range []string{r.Create, copy} {
			if said := h.client("awsuser").say(sql); strings.Contains(said, "ERROR") {
				t.Fatalf("%s\n%s\n%s", said, r.Create, h.files[name+"/a.csv"])
			}
		}
		if said := h.client("awsuser").say("SELECT count(*) FROM " + name); !strings.Contains(said, fmt.Sprintf("\n%d\n", r.Rows)) {
			t.Errorf("%d rows were rehearsed: %s", r.Rows, said)
		}
	}
}

// table is a CSV file with a header; now and then a value is of another kind.
func table(random *rand.Rand, columns, kinds []func(*rand.Rand) string) string {
	var b strings.Builder
	for i := range columns {
		fmt.Fprintf(&b, "%sName %d", []string{"", ","}[min(i, 1)], i)
	}
	odd := random.IntN(3) == 0
	for range 1 + random.IntN(50) {
		b.WriteString("\n")
		for i, value := range columns {
			if odd && random.IntN(20) == 0 {
				value = kinds[random.IntN(len(kinds))]
			}
			fmt.Fprintf(&b, "%s%s", []string{"", ","}[min(i, 1)], value(random))
		}
	}
	return b.String() + "\n"
}

// TestRehearseFilesOfNoBytes rehearses what a COPY loads without rows, whatever the files are called.
func TestRehearseFilesOfNoBytes(t *testing.T) {
	h := newCopyHouse(t)
	h.client("awsuser").say("CREATE TABLE t (id INTEGER)")
	h.files["e.gz"], h.files["e.bz2"], h.files["e"] = "", "", ""
	h.files["manifest"] = `{"entries":[{"url":"s3://b/e.gz","meta":{"content_length":0}},{"url":"s3://b/e.bz2","meta":{"content_length":0}},{"url":"s3://b/e","meta":{"content_length":0}}]}`
	for _, format := range []string{"PARQUET", "ORC"} {
		if r := h.rehearse("COPY t FROM 's3://b/manifest' IAM_ROLE '" + loadRole + "' MANIFEST FORMAT AS " + format); !r.Passes || r.Rows != 0 || r.Files != 3 {
			t.Errorf("%s: %+v", format, r)
		}
	}
}

// TestRehearseTellsOfTraps: what a COPY does in silence, or only after the table is there, is told.
func TestRehearseTellsOfTraps(t *testing.T) {
	h := newCopyHouse(t)
	h.client("awsuser").say("CREATE TABLE t (id INTEGER)")
	h.files["rows.csv.gz"], h.files["head"], h.files["empty"], h.files["plain"] = "no line at all", "id\n", "", "id\n1\n"
	const role = "' IAM_ROLE '" + loadRole + "' CSV IGNOREHEADER 1 "
	for _, tt := range []struct{ name, sql, err, note string }{
		{"packed by its name", "COPY t FROM 's3://b/rows.csv.gz" + role, "", "By its name s3://b/rows.csv.gz is packed, and the COPY has no GZIP: the file is read as it is."},
		{"no row", "COPY t FROM 's3://b/head" + role, "", "No file has any row."},
		{"no table and no bytes", "COPY n FROM 's3://b/empty" + role, "Cannot COPY into nonexistent table n", "No file has any data."},
		{"no schema", "COPY s.n FROM 's3://b/plain" + role, "", "There is no schema s either: CREATE SCHEMA s before the table."},
		{"no archive", "COPY n FROM 's3://b/plain" + role + "GZIP", "s3://b/plain: line 1: not a gzip file", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := h.rehearse(tt.sql)
			told := tt.note == "" || slices.Contains(r.Notes, tt.note)
			if !strings.HasPrefix(r.Error, tt.err) || r.Passes != (tt.err == "") || !told {
				t.Errorf("passes %v, error %q, notes %q", r.Passes, r.Error, r.Notes)
			}
			if a := r.Access[len(r.Access)-1]; a.State != "allowed" {
				t.Errorf("%s is %s", a.Action, a.State)
			}
		})
	}
}
