package target

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// explain keeps the server's words and gives the error a kind and a code.
func (t *Target) explain(err error) error {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	if _, done := errors.AsType[*fault.Error](err); !ok || done {
		return err
	}
	f := &fault.Error{Kind: kindOf(pg.Code), Code: pg.Code, Message: pg.Message, Detail: pg.Detail, Hint: pg.Hint, Err: err}
	if f.Hint == "" && pg.Code == "42501" {
		f.Hint = fmt.Sprintf("grant user %s what the statement needs: CREATE on the database for schemas, USAGE and CREATE on schemas, ownership of tables for ALTER, DROP and TRUNCATE", t.cfg.Connect.User)
	}
	return f
}

// Explained is an error's text with what the server says besides its message.
func Explained(err error) string {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return err.Error()
	}
	text := pg.Message
	for _, more := range []string{pg.Detail, pg.Hint} {
		if more != "" {
			text += " " + more
		}
	}
	return text
}

func kindOf(code string) fault.Kind {
	switch {
	case code == "42501":
		return fault.Denied
	case code == "42P01" || code == "3F000":
		return fault.NotFound
	case code == "42P07":
		return fault.Exists
	case code == "0A000":
		return fault.Unsupported
	case strings.HasPrefix(code, "57") || strings.HasPrefix(code, "08"):
		return fault.Unavailable
	}
	return fault.Invalid
}

// BadRow is a row that COPY refused, as the load-error view tells of it.
type BadRow struct {
	File   string
	Line   string
	Column string
	Type   string
	Value  string // The start of it; "" where the warehouse does not keep it.
	Code   string
	Reason string
}

// String names the place and the reason.
func (b BadRow) String() string {
	s := fmt.Sprintf("%s line %s", path.Base(b.File), b.Line)
	if b.Column != "" {
		s += ", column " + b.Column + " (" + b.Type + ")"
	}
	if b.Value != "" {
		s += fmt.Sprintf(", value %.80q", b.Value)
	}
	return s + ": " + b.Reason + " (" + b.Code + ")"
}

// failed explains why a chunk could not be loaded, in DMS's line and for a person.
func (t *Target) failed(ctx context.Context, p *mapping.Plan, c Chunk, err error) error {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return err
	}
	t.cfg.Log.Printf(tasklog.TargetLoad, tasklog.Error, "%s", ODBC(pg))
	f := &fault.Error{Kind: kindOf(pg.Code), Code: pg.Code, Op: "COPY", On: p.Schema + "." + p.Table, Message: pg.Message, Detail: pg.Detail, Hint: pg.Hint, Err: err}
	bad, lookErr := t.BadRows(ctx, c.Manifest, 5)
	if lookErr != nil || len(bad) == 0 {
		return f
	}
	var all []string
	for _, b := range bad {
		all = append(all, b.String())
		t.cfg.Log.Printf(tasklog.TargetLoad, tasklog.Error, "Load into table '%s'.'%s': %s", p.Schema, p.Table, b)
	}
	f.Hint = "Rows that were refused: " + strings.Join(all, "; ")
	return f
}

// BadRows are the newest rows that COPY refused of files beside a manifest.
func (t *Target) BadRows(ctx context.Context, manifest string, most int) ([]BadRow, error) {
	if manifest == "" {
		return nil, nil
	}
	folder := t.Literal(manifest[:strings.LastIndexByte(manifest, '/')+1])
	where := fmt.Sprintf(" WHERE LEFT(%%s, %d) = %s ORDER BY %%s DESC LIMIT %d", len([]rune(manifest[:strings.LastIndexByte(manifest, '/')+1])), folder, most)
	var bad []BadRow
	for _, v := range []struct{ columns, view, file, order string }{
		{"TRIM(filename), line_number, TRIM(colname), TRIM(type), raw_field_value, err_code, TRIM(err_reason)", "stl_load_errors", "filename", "starttime"},
		{"TRIM(file_name), line_number, TRIM(column_name), TRIM(column_type), '', error_code, TRIM(error_message)", "sys_load_error_detail", "file_name", "start_time"},
	} {
		rows, err := t.query(ctx, "look up refused rows", "SELECT "+v.columns+" FROM "+v.view+fmt.Sprintf(where, v.file, v.order))
		if err != nil {
			if _, refused := errors.AsType[*pgconn.PgError](err); refused {
				continue // Serverless does not have the first view.
			}
			return nil, err
		}
		for _, r := range rows {
			bad = append(bad, BadRow{r.text(0), r.text(1), r.text(2), r.text(3), strings.TrimSpace(r.text(4)), r.text(5), r.text(6)})
		}
		if len(bad) > 0 {
			break
		}
	}
	slices.SortStableFunc(bad, func(a, b BadRow) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(len(a.Line), len(b.Line)), cmp.Compare(a.Line, b.Line))
	})
	return bad, nil
}

// ODBC is a server's error as DMS's log has it, which doctors of DMS look for.
func ODBC(e *pgconn.PgError) string {
	text := "RetCode: SQL_ERROR  SqlState: " + e.Code + " NativeError: 30 Message: [Amazon][Amazon Redshift] (30) Error occurred while trying to execute a query: [SQLState " +
		e.Code + "] ERROR:  " + e.Message
	if e.Detail != "" {
		text += " DETAIL: " + e.Detail
	}
	return strings.ReplaceAll(text, "\n", " ") + "  [1022500]  (ar_odbc_stmt.c:5007)"
}
