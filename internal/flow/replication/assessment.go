package replication

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/task"
)

// Assessment is one check of a run, and what it found.
type Assessment struct {
	ARN      string
	Name     string
	Status   string
	Started  time.Time
	Findings []Finding `json:",omitempty"`
}

// Finding is something that an assessment has to say.
type Finding struct {
	Text  string
	Fatal bool // It would stop the task.
}

// The states of assessments and of their runs.
const (
	assessmentPending   = "pending"
	assessmentPassed    = "passed"
	assessmentFailed    = "failed"
	assessmentWarning   = "warning"
	assessmentError     = "error"
	assessmentSkipped   = "skipped"
	assessmentCancelled = "cancelled"
)

// part is what a check looks at.
type part int

const (
	partMapping part = iota
	partSource       // the server of the source
	partTable        // tables of the source
	partTarget
	partTargetTable
)

// check is an assessment that can be run. Those that DMS has go by its names.
type check struct {
	name   string
	engine string // of the source, "" for any
	cdc    bool   // for tasks that follow changes only
	part   part
}

// anySource has what no other check of a source is named for.
const anySource = "inlet-check-source"

// checks are all that there are.
var checks = []check{
	{"all-check-source-selection-rules", "", false, partMapping},
	{"unsupported-data-types-in-source", "", false, partTable},
	{"table-with-no-primary-key-or-unique-constraint", "", true, partTable},
	{anySource, "", false, partSource},
	{"mysql-check-binlog-enabled", "mysql", true, partSource},
	{"mysql-check-binlog-format", "mysql", true, partSource},
	{"mysql-check-binlog-image", "mysql", true, partSource},
	{"mysql-check-binlog-compression", "mysql", true, partSource},
	{"inlet-check-binlog-metadata", "mysql", true, partSource},
	{"mysql-check-replication-privileges", "mysql", true, partSource},
	{"mysql-check-select-privileges", "mysql", false, partTable},
	{"mysql-check-cascade-constraints", "mysql", true, partTable},
	{"postgres-check-dbversion", "postgres", false, partSource},
	{"postgres-check-wallevel", "postgres", true, partSource},
	{"postgres-check-walsenderstimeout", "postgres", true, partSource},
	{"postgres-check-maxslot-wal-keep-size", "postgres", true, partSource},
	{"postgres-check-maxwalsenders", "postgres", true, partSource},
	{"inlet-check-replication-slots", "postgres", true, partSource},
	{"inlet-check-replication-privileges", "postgres", true, partSource},
	{"inlet-check-publication", "postgres", true, partSource},
	{"inlet-check-select-privileges", "postgres", false, partTable},
	{"redshift-check-connection", "", false, partTarget},
	{"redshift-check-target-tables", "", false, partTargetTable},
	{"redshift-check-staging", "", false, partTarget},
	{"redshift-check-role", "", false, partTarget},
}

// bySetting are the checks of settings of servers.
var bySetting = map[string]string{
	"binlog_format": "mysql-check-binlog-format", "binlog_row_image": "mysql-check-binlog-image", "binlog_row_value_options": "mysql-check-binlog-image",
	"binlog_transaction_compression": "mysql-check-binlog-compression", "binlog_row_metadata": "inlet-check-binlog-metadata",
	"wal_level": "postgres-check-wallevel", "wal_sender_timeout": "postgres-check-walsenderstimeout", "max_slot_wal_keep_size": "postgres-check-maxslot-wal-keep-size",
}

// byCode are the checks that errors of a pre-flight belong to.
var byCode = map[string]string{
	"SourceNoKey": "table-with-no-primary-key-or-unique-constraint", "SourceType": "unsupported-data-types-in-source", "SourceCharset": "unsupported-data-types-in-source",
	"SourceLogOff": "mysql-check-binlog-enabled", "SourceCascade": "mysql-check-cascade-constraints", "SourceVersion": "postgres-check-dbversion",
	"SourceSenders": "postgres-check-maxwalsenders", "SourceSlots": "inlet-check-replication-slots", "SourcePublication": "inlet-check-publication",
}

// applicable are the checks for an engine of the source and a type of task; all of them without an engine.
func applicable(engine, kind string) []check {
	family := ""
	if g := engineOf(engine); g != nil {
		family = map[bool]string{true: "mysql", false: "postgres"}[g.family == mysqlFamily]
	}
	return slices.DeleteFunc(slices.Clone(checks), func(c check) bool {
		return engine != "" && (c.engine != "" && c.engine != family || c.cdc && kind == "full-load")
	})
}

// checkOf is the name of the check that an error of a source belongs to.
func checkOf(err error, of []check) string {
	name := byCode[fault.CodeOf(err)]
	if f, ok := err.(*fault.Error); ok {
		switch {
		case f.Code == "SourceSetting":
			name = bySetting[f.On]
		case f.Code == "SourceGrant" && f.On == "":
			name = engineCheck(of, "mysql-check-replication-privileges", "inlet-check-replication-privileges")
		case f.Code == "SourceGrant":
			name = engineCheck(of, "mysql-check-select-privileges", "inlet-check-select-privileges")
		}
	}
	return engineCheck(of, name, anySource)
}

// engineCheck is the first name if such a check is there, or else the second.
func engineCheck(of []check, name, otherwise string) string {
	if slices.ContainsFunc(of, func(c check) bool { return c.name == name }) {
		return name
	}
	return otherwise
}

// Checked is what a pre-flight of a task found.
type Checked struct {
	Report *task.Report
	Role   []string // what keeps the warehouse from taking the role
}

// findings sorts what a pre-flight found by checks.
func (c *Checked) findings(of []check) map[string][]Finding {
	all := map[string][]Finding{}
	add := func(name, text string, fatal bool) { all[name] = append(all[name], Finding{text, fatal}) }
	r := c.Report
	for _, err := range each(r.Source) {
		add(checkOf(err, of), about(err), true)
	}
	for _, err := range each(r.Mapping) {
		add("all-check-source-selection-rules", told(err), true)
	}
	for _, text := range r.Warnings {
		add("all-check-source-selection-rules", text, false)
	}
	for _, t := range r.Tables {
		for _, err := range each(t.Err) {
			add(checkOf(err, of), t.Table.String()+": "+told(err), true)
		}
		if t.Plan == nil {
			continue
		}
		for _, text := range t.Plan.Warnings {
			add("unsupported-data-types-in-source", t.Table.String()+": "+text, false)
		}
		for _, f := range t.Findings {
			add("redshift-check-target-tables", t.Plan.Schema+"."+t.Plan.Table+"."+f.Column+": "+f.Message+" Hint: "+f.Mend, f.Fatal)
		}
	}
	for _, err := range each(r.Target) {
		add("redshift-check-connection", told(err), true)
	}
	for _, err := range each(r.Stage) {
		add("redshift-check-staging", told(err), true)
	}
	for _, text := range c.Role {
		add("redshift-check-role", text, true)
	}
	return all
}

// about tells of an error and of what it is about.
func about(err error) string {
	text := told(err)
	if f, ok := errors.AsType[*fault.Error](err); ok && f.On != "" && !strings.Contains(f.Message, f.On) {
		return f.On + ": " + text
	}
	return text
}

// each are the errors that were joined.
func each(err error) []error {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var all []error
	for _, one := range joined.Unwrap() {
		all = append(all, each(one)...)
	}
	return all
}

// unseen is why a check could not look at its part, "" when it could.
func (c *Checked) unseen(k check) string {
	r := c.Report
	source := k.part == partSource && k.name != anySource || k.part == partTable || k.part == partTargetTable
	switch {
	case source && len(r.Tables) == 0 && r.Source != nil:
		return "It was not looked at: the source could not be read."
	case source && len(r.Tables) == 0:
		return "It was not looked at: the mapping selects no table."
	case k.part == partTargetTable && r.Target != nil:
		return "It was not looked at: the target could not be reached."
	case k.part == partSource && k.engine == "mysql" && k.name != "mysql-check-binlog-enabled" && slices.ContainsFunc(each(r.Source), func(err error) bool { return fault.CodeOf(err) == "SourceLogOff" }):
		return "It was not looked at: there is no binary log."
	case source && k.engine == "postgres" && k.name != "postgres-check-dbversion" && slices.ContainsFunc(each(r.Source), func(err error) bool { return fault.CodeOf(err) == "SourceVersion" }):
		return "It was not looked at: the server is too old."
	}
	return ""
}

// judge gives an assessment what was found for it.
func (a *Assessment) judge(found []Finding, unseen string) {
	a.Findings, a.Status = found, assessmentPassed
	switch {
	case slices.ContainsFunc(found, func(f Finding) bool { return f.Fatal }):
		a.Status = assessmentFailed
	case len(found) > 0:
		a.Status = assessmentWarning
	case unseen != "":
		a.Status, a.Findings = assessmentSkipped, []Finding{{Text: unseen}}
	}
}

// verdict is the state of a run of assessments, the gravest of them first.
func verdict(all []Assessment) string {
	for _, grave := range []string{assessmentFailed, assessmentError, assessmentWarning} {
		if slices.ContainsFunc(all, func(a Assessment) bool { return a.Status == grave }) {
			return cmp.Or(map[string]string{assessmentError: runBroken}[grave], grave)
		}
	}
	return assessmentPassed
}
