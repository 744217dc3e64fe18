package node

import (
	"testing"

	"github.com/inlet-data/inlet/internal/flow/replication"
	"github.com/inlet-data/inlet/internal/flow/task/settings"
)

// TestHeedSource has a task do what the settings of its source's endpoint say.
func TestHeedSource(t *testing.T) {
	yes, no := true, false
	for _, c := range []struct {
		name       string
		endpoint   *replication.PostgreSQLSettings
		altered    bool
		truncation string
	}{
		{"of MySQL", nil, true, "LOG_ERROR"},
		{"without any", &replication.PostgreSQLSettings{}, true, "LOG_ERROR"},
		{"as they are by default", &replication.PostgreSQLSettings{CaptureDDLs: &yes, FailOnLOBTruncation: &no}, true, "LOG_ERROR"},
		{"shapes are not followed", &replication.PostgreSQLSettings{CaptureDDLs: &no}, false, "LOG_ERROR"},
		{"a cut ends the task", &replication.PostgreSQLSettings{FailOnLOBTruncation: &yes}, true, "STOP_TASK"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := settings.Parse([]byte(`{"ErrorBehavior":{"DataTruncationErrorPolicy":"LOG_ERROR"}}`))
			if err != nil {
				t.Fatal(err)
			}
			heedSource(c.endpoint, s)
			ddl := s.ChangeProcessingDdlHandlingPolicy
			if ddl.HandleSourceTableAltered != c.altered || ddl.HandleSourceTableDropped != c.altered || !ddl.HandleSourceTableTruncated {
				t.Errorf("DDL is handled so: %+v", ddl)
			}
			if got := s.ErrorBehavior.DataTruncationErrorPolicy; got != c.truncation {
				t.Errorf("a value that is cut: %s", got)
			}
		})
	}
}
