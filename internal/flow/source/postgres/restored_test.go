package postgres_test

import (
	"context"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/flow/source/postgres"
	"github.com/inlet-data/inlet/internal/flow/source/sourcetest"
)

// TestTrapRestored: a server whose log ends before the position was set back; what it does
// until it gets there would be passed over without a word.
func TestTrapRestored(t *testing.T) {
	s := start(t)
	s.Exec(t, "CREATE TABLE shop.t (id int PRIMARY KEY)")
	src := s.Open(t)
	defer src.Close()
	position(t, src)
	s.Exec(t, "INSERT INTO shop.t VALUES (1)")
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	sourcetest.Expect(t, sourcetest.Faults(src.Changes(ctx, "00000010/00000000", &sourcetest.Notes{})), postgres.CodePurged, "restored", "load the tables again")
}
