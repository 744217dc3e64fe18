package load

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/load/delimited"
	"github.com/inlet-data/inlet/internal/flow/load/orc"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// insertORC reads a fetched file into the table, and returns the number of its rows.
func (c *columnar) insertORC(ctx context.Context, f fetched) (int64, error) {
	r := c.run
	in, err := os.Open(f.path)
	if err != nil {
		return 0, fmt.Errorf("open a fetched file: %w", err)
	}
	defer in.Close()
	file, err := orc.Open(in, f.size)
	if errors.Is(err, orc.ErrMagic) {
		return 0, r.badMagic(f)
	}
	if err != nil {
		return 0, r.orcFault(f.index, err)
	}
	found, err := r.matchORC(f.index, file.Fields())
	if err != nil {
		return 0, err
	}
	scan, err := file.NewScan(ctx, found, orc.Options{AcceptInvChars: r.Copy.Options.AcceptInvChars, InvChar: r.Copy.Options.InvChar})
	if err != nil {
		return 0, r.orcFault(f.index, err)
	}
	defer scan.Close()
	from, release := r.client.Database().Engine().Register(scan)
	defer release()
	n, err := r.client.Conn().Exec(ctx, "INSERT INTO "+r.table.SQL()+" ("+r.columnList()+") SELECT *"+strings.Repeat(", NULL", len(r.columns)-len(found))+" FROM "+from)
	return n, r.orcFault(f.index, err)
}

// matchORC returns the columns that the file fills: by position, whatever the names are.
func (r *run) matchORC(file int, fields []orc.Field) ([]delimited.Column, error) {
	if err := r.sameCount(file, len(fields)); err != nil {
		return nil, err
	}
	for i, f := range fields {
		t := r.columns[i].Type
		if fits := f.Type.Fits(t); !fits || t.ID == sqltype.Super && !r.Copy.Options.SerializeToJSON {
			o := r.files[file]
			return nil, r.badFile(file, codeSpectrumType, fmt.Sprintf("File '%s' has an incompatible ORC schema for column 's3://%s/%s.%s'. Column type: %s, ORC schema:\n%s",
				r.httpName(o), o.Bucket, o.Key, f.Name, spectrumType(t), shortened(f.Type.String())))
		}
	}
	return r.columns[:len(fields)], nil
}

// shortened keeps schemas readable.
func shortened(s string) string {
	const most = 500
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

// orcFault renders what was wrong with a file; other errors stay as they are.
func (r *run) orcFault(file int, err error) error {
	if _, ok := lacking(err); ok {
		return &cramped{file: file, err: err}
	}
	if value, ok := errors.AsType[*orc.ValueError](err); ok {
		return r.badFile(file, codeSpectrumType, value.Reason+", File name: "+r.httpName(r.files[file]))
	}
	if bad, ok := errors.AsType[*orc.InvalidError](err); ok {
		return r.badFile(file, codeSpectrumFile, fmt.Sprintf("File '%s' cannot be read as ORC: %s", r.httpName(r.files[file]), bad.Reason))
	}
	return err
}
