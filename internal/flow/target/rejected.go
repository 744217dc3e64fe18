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
)

// BadRow is a row that COPY refused, as the load-error view tells of it.
type BadRow struct {
	File   string
	Line   string
	Column string
	Type   string
	Value  string // The start of it; "" where the warehouse does not keep it.
	Code   string
	Reason string
	Row    string // Its first 1,024 characters; "" where the warehouse does not keep them.
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

// rejections is a view that tells of refused rows.
type rejections struct{ columns, view, query, file, order string }

// rejected are the views; Serverless has only the second.
var rejected = []rejections{
	{"TRIM(filename), line_number, TRIM(colname), TRIM(type), raw_field_value, err_code, TRIM(err_reason), raw_line", "stl_load_errors", "query", "filename", "starttime"},
	{"TRIM(file_name), line_number, TRIM(column_name), TRIM(column_type), '', error_code, TRIM(error_message), ''", "sys_load_error_detail", "query_id", "file_name", "start_time"},
}

// BadRows are the newest rows that COPY refused of files beside a manifest, in the files' order.
func (t *Target) BadRows(ctx context.Context, manifest string, most int) ([]BadRow, error) {
	if manifest == "" {
		return nil, nil
	}
	folder := manifest[:strings.LastIndexByte(manifest, '/')+1]
	return t.rejected(ctx, most, func(v rejections) string {
		return fmt.Sprintf("LEFT(%s, %d) = %s", v.file, len([]rune(folder)), t.Literal(folder))
	})
}

// badRowsOf are the rows that one COPY refused.
func (t *Target) badRowsOf(ctx context.Context, query string) ([]BadRow, error) {
	return t.rejected(ctx, MostErrors, func(v rejections) string { return v.query + " = " + query })
}

func (t *Target) rejected(ctx context.Context, most int, where func(rejections) string) (bad []BadRow, err error) {
	for _, v := range rejected {
		sql := fmt.Sprintf("SELECT %s FROM %s WHERE %s ORDER BY %s DESC LIMIT %d", v.columns, v.view, where(v), v.order, most)
		rows, err := t.query(ctx, "look up refused rows", sql)
		if err != nil {
			if _, refused := errors.AsType[*pgconn.PgError](err); refused {
				continue // The view is not there for everybody.
			}
			return nil, err
		}
		for _, r := range rows {
			bad = append(bad, BadRow{r.text(0), r.text(1), r.text(2), r.text(3), strings.TrimSpace(r.text(4)), r.text(5), r.text(6), strings.TrimSpace(r.text(7))})
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
