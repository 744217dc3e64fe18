package replicate

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/task"
	"github.com/inlet-data/inlet/internal/node"
)

// finding is one line of a pre-flight.
type finding struct {
	Type string    `json:"type"`
	Time time.Time `json:"time"`
	Part string    `json:"part"`
	OK   bool      `json:"ok"`
	Text string    `json:"text"`
	Mend string    `json:"mend,omitempty"`
}

// check prints what a pre-flight finds, each with what mends it; it fails when something would stop the task.
func (j *job) check(ctx context.Context) error {
	t, err := task.New(j.config())
	if err != nil {
		return err
	}
	p := newPrinter(j.o)
	found := j.warehouse.checkRole(ctx)
	r := t.Check(ctx)
	found = append(found, list("source", r.Source, "answers, its log can be followed, the tables can be read")...)
	found = append(found, list("mapping", r.Mapping, fmt.Sprintf("takes %d tables", len(r.Tables)))...)
	for _, w := range r.Warnings {
		found = append(found, finding{Part: "mapping", OK: true, Text: w})
	}
	found = append(found, list("target", r.Target, "answers, and the control tables are there")...)
	if fault.CodeOf(r.Stage) == "NoCredentials" && len(found) > 0 && !found[0].OK {
		r.Stage = &fault.Error{Kind: fault.Denied, Code: "NoRole", Message: "not tried: nobody can act as the role", Hint: "Mend the role first."}
	}
	found = append(found, list("stage", r.Stage, "an object can be written, read and deleted in s3://"+j.warehouse.stage.Bucket)...)
	for i := range r.Tables {
		found = append(found, j.preview(ctx, &r.Tables[i], t.Begun())...)
	}
	bad := 0
	for _, f := range found {
		if !f.OK {
			bad++
		}
		p.finding(f)
	}
	if bad == 0 {
		return nil
	}
	return &fault.Error{Kind: fault.Conflict, Code: "CheckFailed", Message: fmt.Sprintf("%d findings would stop the task", bad), Hint: "Each line above names what mends it."}
}

// list makes a finding of each error that was joined, or one that all is well.
func list(part string, err error, well string) []finding {
	if err == nil {
		return []finding{{Part: part, OK: true, Text: well}}
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []finding
		for _, one := range joined.Unwrap() {
			all = append(all, list(part, one, well)...)
		}
		return all
	}
	message, mend := node.Explain(err)
	return []finding{{Part: part, Text: message, Mend: mend}}
}

// preview tells what a table would become.
func (j *job) preview(ctx context.Context, t *task.Preview, begun bool) []finding {
	part := "table " + t.Table.String()
	if t.Err != nil {
		return list(part, t.Err, "")
	}
	var columns []string
	for _, c := range t.Plan.Columns {
		columns = append(columns, c.Name+" "+strings.ToUpper(c.Type.String()))
	}
	all := []finding{{Part: part, OK: true, Text: fmt.Sprintf("about %s rows to %s.%s (%s)", thousands(t.Rows), t.Plan.Schema, t.Plan.Table, strings.Join(columns, ", "))}}
	for _, w := range t.Plan.Warnings {
		all = append(all, finding{Part: part, OK: true, Text: w})
	}
	for _, f := range t.Findings {
		all = append(all, finding{Part: part, OK: !f.Fatal, Text: "column " + f.Column + ": " + f.Message, Mend: f.Mend})
	}
	if !begun && j.o.Prepare == "" && j.o.Settings == "" && j.o.Mode != string(task.CDC) {
		if rows, err := j.warehouse.hasRows(ctx, t.Plan); err == nil && rows {
			all = append(all, list(part, filled(t.Plan), "")...)
		}
	}
	return all
}

// checkRole looks whether the role is there, is trusted and is attached.
func (w *warehouse) checkRole(ctx context.Context) []finding {
	trust, err := w.trust(ctx)
	if err != nil {
		all := list("role", err, "")
		if fault.KindOf(err) == fault.NotFound {
			all[0] = finding{Part: "role", Text: "role " + w.role + " does not exist", Mend: "aws iam create-role --role-name " + roleName + " --assume-role-policy-document file://trust.json" +
				"; docs/replicate.md has the document, and inlet replicate makes the role on a node by itself"}
		}
		return all
	}
	var all []finding
	for _, s := range []string{"dms.amazonaws.com", "redshift.amazonaws.com"} {
		if !strings.Contains(trust, `"`+s+`"`) {
			all = append(all, finding{Part: "role", Text: "role " + w.role + " does not trust " + s, Mend: "aws iam update-assume-role-policy --role-name " + w.role[strings.LastIndexByte(w.role, '/')+1:] +
				" --policy-document with " + s + " among the principals that may sts:AssumeRole"})
		}
	}
	attached, err := w.attached(ctx)
	switch {
	case err != nil:
		all = append(all, list("role", err, "")...)
	case !attached:
		all = append(all, finding{Part: "role", Text: "role " + w.role + " is not attached to " + w.cluster, Mend: "aws redshift modify-cluster-iam-roles --cluster-identifier " + w.cluster + " --add-iam-roles " + w.role})
	}
	if len(all) == 0 {
		return []finding{{Part: "role", OK: true, Text: w.role + " exists, is trusted and is attached"}}
	}
	return all
}

// finding prints one line and what mends it.
func (p *printer) finding(f finding) {
	if p.o.JSON {
		f.Type, f.Time = "finding", time.Now().UTC()
		_ = printJSON(p.o, f) // A reader that went away is found at the end.
		return
	}
	mark := "ok  "
	if !f.OK {
		mark = "FAIL"
	}
	fmt.Fprintf(p.o.Out, "%s  %s: %s\n", mark, f.Part, f.Text)
	if f.Mend != "" {
		fmt.Fprintf(p.o.Out, "      mend: %s\n", f.Mend)
	}
}

// empty refuses tables of the target that have rows, when nobody said what becomes of them.
func (j *job) empty(ctx context.Context) error {
	names, err := j.source.Tables(ctx)
	if err != nil {
		return err
	}
	s, err := j.mapping.Select(names)
	if err != nil {
		return err
	}
	for _, n := range s.Tables {
		shape, err := j.source.Describe(ctx, n)
		if err != nil {
			return err
		}
		plan, err := j.mapping.Plan(shape, mapping.Options{Engine: j.engine, TargetSchema: j.settings.TargetMetadata.TargetSchema, Types: j.types})
		if err != nil {
			return err
		}
		if rows, err := j.warehouse.hasRows(ctx, plan); err != nil {
			return err
		} else if rows {
			return filled(plan)
		}
	}
	return nil
}

func filled(p *mapping.Plan) error {
	return &fault.Error{Kind: fault.Exists, Code: "TargetHasRows", On: p.Schema + "." + p.Table, Message: "the target's table has rows already",
		Hint: "--prepare truncate empties it and keeps its columns and grants, --prepare drop makes it anew, --prepare do-nothing adds to what it has."}
}

// hasRows reports whether a table is there and not empty.
func (w *warehouse) hasRows(ctx context.Context, p *mapping.Plan) (bool, error) {
	conn, err := pgconn.ConnectConfig(ctx, w.target.Connect)
	if err != nil {
		return false, fmt.Errorf("connect to the warehouse: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	quote := func(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
	res, err := conn.Exec(ctx, "SELECT 1 FROM "+quote(p.Schema)+"."+quote(p.Table)+" LIMIT 1").ReadAll()
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && (e.Code == "42P01" || e.Code == "3F000") {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return len(res) > 0 && len(res[0].Rows) > 0, nil
}
