package load

import (
	"time"

	"github.com/inlet-data/inlet/internal/flow/ledger"
	"github.com/inlet-data/inlet/internal/flow/load/delimited"
)

// sliceCount is how many slices the views show: the warehouse is one node with two.
const sliceCount = 2

// entry is the load as the ledger keeps it.
func (r *run) entry(status, message string) ledger.Load {
	l := ledger.Load{Query: r.query, XID: r.xid, PID: r.PID, UserID: r.User.ID, TableID: r.table.OID, TableName: r.table.Name, JobID: r.JobID,
		Status: status, DataSource: r.Copy.Source, Format: r.format(), Started: r.started, Ended: time.Now().UTC(), Files: len(r.files), Message: message,
		NoLoad: r.Copy.Options.NoLoad}
	for _, o := range r.files {
		l.FilesBytes += o.Size
	}
	if r.scan == nil {
		return l
	}
	for _, f := range r.scan.Files() {
		if f.Start.IsZero() {
			continue
		}
		l.FilesRead++
		l.BytesRead += f.Bytes
		l.Errors += f.Errors
		if status == ledger.Completed {
			l.Bytes += f.RawBytes
		}
	}
	if status == ledger.Completed {
		l.Rows = r.rows
	}
	return l
}

// format is the files' format as the views name it.
func (r *run) format() string {
	switch kind := r.Copy.Format.Kind; kind {
	case "text", "fixedwidth":
		return "txt"
	default:
		return kind
	}
}

// rejected counts the rejected rows, also those whose details were not kept.
func (r *run) rejected() (n int64) {
	for _, f := range r.scan.Files() {
		n += f.Errors
	}
	return n
}

// fileEntries are the files the scanner opened.
func (r *run) fileEntries() []ledger.File {
	if r.scan == nil {
		return nil
	}
	var all []ledger.File
	for i, f := range r.scan.Files() {
		if f.Start.IsZero() {
			continue
		}
		if f.End.IsZero() {
			f.End = f.Start
		}
		o := r.files[i]
		all = append(all, ledger.File{URL: o.URL(), ETag: o.ETag, Version: o.Version, Size: o.Size, Modified: o.Modified, Slice: i % sliceCount,
			Lines: f.Lines, Rows: f.Rows, Errors: f.Errors, Bytes: f.RawBytes, Started: f.Start.UTC(), Ended: f.End.UTC()})
	}
	return all
}

// errorEntries are the rejected rows.
func (r *run) errorEntries() []ledger.RowError {
	var all []ledger.RowError
	if r.scan != nil {
		for _, e := range r.scan.Errors() {
			all = append(all, ledger.RowError{URL: e.File, Slice: e.FileIndex % sliceCount, Line: e.Line, StartOffset: 0, Column: e.Column, Type: e.Type,
				Length: e.Length, Position: e.Position, RawLine: string(e.RawLine), RawField: string(e.RawField), Code: e.Code, Reason: e.Reason,
				Fields: fieldEntries(e.Fields)})
		}
	}
	if f := r.broken; f != nil {
		all = append(all, ledger.RowError{URL: f.File, Slice: f.FileIndex % sliceCount, Line: f.Line, Code: f.Code, Reason: f.Reason})
	}
	return all
}

// replacementEntries are the fields in which ACCEPTINVCHARS replaced bytes.
func (r *run) replacementEntries() []ledger.Replacement {
	if r.scan == nil {
		return nil
	}
	var all []ledger.Replacement
	for _, e := range r.scan.Replacements() {
		all = append(all, ledger.Replacement{URL: e.File, Slice: e.FileIndex % sliceCount, Line: e.Line, Column: e.Column, RawLine: string(e.RawLine)})
	}
	return all
}

func fieldEntries(fields []delimited.FieldValue) []ledger.Field {
	all := make([]ledger.Field, len(fields))
	for i, f := range fields {
		all[i] = ledger.Field{Number: f.Field, Column: f.Column, Type: f.Type, Length: f.Length, Value: string(f.Value), Null: f.IsNull}
	}
	return all
}
