package task

import (
	"errors"
	"fmt"

	"github.com/inlet-data/inlet/internal/fault"
)

// Start says how a run begins, in DMS's words.
type Start string

// The ways to begin.
const (
	StartReplication Start = "start-replication"
	ResumeProcessing Start = "resume-processing"
	ReloadTarget     Start = "reload-target"
)

// Stop is why a run ended, as DMS calls it.
type Stop string

// The stop reasons.
const (
	StopNormal            Stop = "NORMAL"
	StopRecoverable       Stop = "RECOVERABLE_ERROR"
	StopFatal             Stop = "FATAL_ERROR"
	StopFullLoadFinished  Stop = "FULL_LOAD_ONLY_FINISHED"
	StopAfterFullLoad     Stop = "STOPPED_AFTER_FULL_LOAD"
	StopAfterCachedEvents Stop = "STOPPED_AFTER_CACHED_EVENTS"
	StopAfterDDL          Stop = "STOPPED_AFTER_DDL_APPLY"
	StopLowDisk           Stop = "STOPPED_DUE_TO_LOW_DISK"
	StopServerTime        Stop = "STOPPED_AT_SERVER_TIME"
	StopCommitTime        Stop = "STOPPED_AT_COMMIT_TIME"
)

// String prints the reason as DMS's answers do.
func (s Stop) String() string { return "Stop Reason " + string(s) }

// LastError is the text of DMS's LastFailureMessage for a run that ended with an error.
func LastError(stop Stop, err error) string {
	level := "FATAL"
	if stop == StopRecoverable {
		level = "RECOVERABLE"
	}
	return fmt.Sprintf("Last Error  %s %s Error Level %s", oneLine(err), stop, level)
}

// ended is a way to end a run that is no failure; it travels as an error through the parts.
type ended struct{ stop Stop }

func (e *ended) Error() string { return e.stop.String() }

// stopOf sorts what ended a run.
func stopOf(err error) (Stop, error) {
	if err == nil {
		return StopNormal, nil
	}
	if e, ok := errors.AsType[*ended](err); ok {
		return e.stop, nil
	}
	if recoverable(err) {
		return StopRecoverable, err
	}
	return StopFatal, err
}

// Codes of faults that callers act on.
const (
	CodeNoTables   = "TaskNoTables"     // The selection matches no table.
	CodeStarted    = "TaskStarted"      // It has run: only a resume or a reload is legal.
	CodeNotBegun   = "TaskNotBegun"     // There is nothing to resume.
	CodeRunning    = "TaskRunning"      // Another process runs it.
	CodeSourceLost = "TaskSourceLost"   // The source cannot be reached for longer than the settings endure.
	CodeIncomplete = "TaskTablesFailed" // It went through, but tables could not be loaded.
)

// noTables is DMS's error for a selection that matches nothing.
func noTables() error {
	return &fault.Error{Kind: fault.NotFound, Code: CodeNoTables,
		Message: "No tables were found at task initialization. Either the selected table(s) or schemas(s) no longer exist or no match was found for the table selection pattern(s). [1021707]",
		Hint:    "Check the names, whose case matters, and that the source's user may SELECT from the tables: without the right they cannot be seen."}
}
