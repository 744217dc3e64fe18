package load_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/faulty"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// A source in trouble is no fault of the file: nothing is loaded, and the same COPY succeeds later.
func TestSourceInTrouble(t *testing.T) {
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	fmt.Fprint(w, "1,a,1\n2,b,2\n3,c,3\n")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for _, f := range []faulty.Fault{
		{At: faulty.Open, Kind: faulty.Error500}, {At: faulty.Open, Kind: faulty.Error503, After: 1}, {At: faulty.List, Kind: faulty.Error503},
		{At: faulty.Open, Kind: faulty.Half}, {At: faulty.Read, Kind: faulty.Reset}, {At: faulty.Read, Kind: faulty.Reset, After: 1},
	} {
		for options, text := range map[string]string{"": "1,a,1\n2,b,2\n3,c,3\n", "GZIP": z.String()} {
			t.Run(fmt.Sprintf("%s after %d %s", f.Kind, f.After, options), func(t *testing.T) {
				b := open(t)
				b.files = files{"f": text, "g": text}
				err := b.copyFrom(&faulty.Plan{}, f, options)
				if _, bad := errors.AsType[*load.BadFiles](err); bad || fault.KindOf(err) != fault.Unavailable {
					t.Errorf("got %v", err)
				}
				b.want(tableRows)
				if _, err := b.copy("COPY t FROM 's3://b/f' ROLE CSV " + options); err != nil {
					t.Error(err)
				}
				b.want(tableRows, "1|a|1.00", "2|b|2.00", "3|c|3.00")
			})
		}
	}
}

// copyFrom loads everything from a source that fails as planned.
func (b *bench) copyFrom(plan *faulty.Plan, f faulty.Fault, options string) error {
	b.t.Helper()
	plan.Add(f)
	s, err := dialect.Parse("COPY t FROM 's3://b/' IAM_ROLE '" + role + "' CSV " + options)
	if err != nil {
		b.t.Fatal(err)
	}
	loader := load.New(faulty.Credentials{Credentials: b.files, Plan: plan}, slog.New(slog.DiscardHandler))
	_, err = loader.Copy(b.t.Context(), b.client, load.Request{Copy: s.(*dialect.Copy), User: warehouse.User{ID: 100, Name: "awsuser", Superuser: true}, PID: 7})
	if len(plan.Left()) > 0 {
		b.t.Errorf("%v did not strike", plan.Left())
	}
	return err
}
