package workload

import (
	"context"
	"testing"
)

// caughtUp runs the command replicate until the changes up to now are applied, and returns what it said.
func caughtUp(t testing.TB, args ...string) string {
	t.Helper()
	said, err := replicated(t, args...)
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	return said
}

// replicated is caughtUp that may fail.
func replicated(t testing.TB, args ...string) (said string, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	p := run(t, append([]string{"replicate", "--until-caught-up"}, args...)...)
	err = p.wait(ctx)
	return p.out.last(100), err
}

// execute runs statements in a session of their own.
func execute(t testing.TB, db database, statements ...string) {
	t.Helper()
	s, err := db.open()
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	for _, q := range statements {
		if err := s.run(q); err != nil {
			t.Fatal(err)
		}
	}
}
