package postgres_test

import (
	"testing"

	"github.com/inlet-data/inlet/internal/flow/source/sourcetest"
)

// TestTrap15Zones: a server whose own zone has an hour twice and another not at all.
func TestTrap15Zones(t *testing.T) {
	s := start(t, "timezone=Europe/Berlin")
	sourcetest.Zones(t, s, sourcetest.Zone{Moment: "timestamptz", Clock: "timestamp", Local: "SET timezone TO DEFAULT", UTC: "SET timezone TO 'UTC'"})
}
