package task

import (
	"errors"
	"fmt"

	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/task/settings"
)

// defaults are the settings of tasks that nobody gave any: nothing is skipped, and
// changes are seen soon.
const defaults = `{
	"TargetMetadata": {"BatchApplyEnabled": true},
	"ChangeProcessingTuning": {"BatchApplyTimeoutMin": 0, "BatchApplyTimeoutMax": 1},
	"ErrorBehavior": {"DataErrorPolicy": "STOP_TASK", "DataTruncationErrorPolicy": "SUSPEND_TABLE",
		"ApplyErrorInsertPolicy": "STOP_TASK", "ApplyErrorUpdatePolicy": "STOP_TASK"},
	"ControlTablesSettings": {"StatusTableEnabled": true, "SuspendedTablesTableEnabled": true}
}`

// Settings reads task settings of DMS; without any text they are those of inlet's own tasks.
// Prepare overrides what becomes of tables that are there: do-nothing, truncate, drop, or "" for the text's.
func Settings(text []byte, prepare string) (*settings.Settings, error) {
	if len(text) == 0 {
		text = []byte(defaults)
	}
	s, err := settings.Parse(text)
	if err != nil {
		return nil, err
	}
	switch prepare {
	case "":
	case "do-nothing":
		s.FullLoadSettings.TargetTablePrepMode = settings.DoNothing
	case "truncate":
		s.FullLoadSettings.TargetTablePrepMode = settings.TruncateBeforeLoad
	case "drop":
		s.FullLoadSettings.TargetTablePrepMode = settings.DropAndCreate
	default:
		return nil, fmt.Errorf("%q is no way to prepare tables: do-nothing, truncate and drop are", prepare)
	}
	return s, nil
}

// TypesOf reads the name of a table of types: widest, dms, or "" for widest.
func TypesOf(name string) (mapping.Types, error) {
	switch name {
	case "", "widest":
		return mapping.Widest, nil
	case "dms":
		return mapping.DMS, nil
	}
	return 0, errors.New("the types may be widest or dms")
}
