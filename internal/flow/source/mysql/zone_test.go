package mysql_test

import (
	"testing"

	"github.com/inlet-data/inlet/internal/flow/source/mysql/mariadbtest"
	"github.com/inlet-data/inlet/internal/flow/source/sourcetest"
)

// TestTrap15Zones: a server whose own zone, SYSTEM, has an hour twice and another not at all.
func TestTrap15Zones(t *testing.T) {
	t.Setenv("TZ", "Europe/Berlin")
	m := mariadb{mariadbtest.Start(t)}
	if zone := m.Value(t, "SELECT @@system_time_zone"); zone != "CET" && zone != "CEST" {
		t.Fatalf("the server is in zone %s", zone)
	}
	m.Exec(t, "CREATE DATABASE shop")
	sourcetest.Zones(t, m, sourcetest.Zone{Moment: "timestamp(6)", Clock: "datetime(6)", Local: "SET SESSION time_zone = 'SYSTEM'", UTC: "SET SESSION time_zone = '+00:00'"})
}
