package load

import (
	"context"
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/load/delimited"
	"github.com/inlet-data/inlet/internal/flow/load/fixedwidth"
	"github.com/inlet-data/inlet/internal/flow/load/jsontext"
)

// layout is how records stand in the files, nil for CSV and delimited text.
func (r *run) layout(ctx context.Context) (delimited.Layout, error) {
	f, o := &r.Copy.Format, &r.Copy.Options
	switch f.Kind {
	case "fixedwidth":
		return fixedwidth.New(f.Argument, r.columns, fixedwidth.Options{FillRecord: o.FillRecord,
			IgnoreBlankLines: o.IgnoreBlankLines, RemoveQuotes: o.RemoveQuotes})
	case "json", "avro":
		return r.documents(ctx)
	}
	return nil, nil
}

// documents is the layout of JSON, and of Avro, by COPY's option: names, one SUPER column, or a JSONPaths file.
func (r *run) documents(ctx context.Context) (delimited.Layout, error) {
	switch option := r.Copy.Format.Argument; option {
	case "auto", "auto ignorecase":
		return jsontext.Auto(r.columns, option != "auto"), nil
	case "noshred":
		return jsontext.Whole(r.columns)
	default:
		if err := r.notData(option); err != nil {
			return nil, err
		}
		paths, err := r.readPaths(ctx, option)
		if err != nil {
			return nil, err
		}
		if paths == nil { // Redshift says nothing about a file whose key is another.
			return jsontext.Auto(r.columns, false), nil
		}
		return jsontext.Mapped(r.columns, paths)
	}
}

// notData refuses a JSONPaths file that shares the prefix of the data: Redshift loads it as data and fails.
func (r *run) notData(url string) error {
	for i, o := range r.files {
		if o.URL() == url {
			return &delimited.FileError{File: url, FileIndex: i, Line: 1, Code: 1216, Reason: "Invalid value."}
		}
	}
	return nil
}

// readPaths reads a JSONPaths file with the rights of the load.
func (r *run) readPaths(ctx context.Context, url string) ([]string, error) {
	bucket, key, _ := strings.Cut(strings.TrimPrefix(url, "s3://"), "/")
	o, err := r.objects.Head(ctx, bucket, key)
	if key == "" || fault.CodeOf(err) == "NoSuchKey" {
		return nil, r.boxed(boxed{message: fmt.Sprintf("Jsonpath file %s was not found", url), context: "S3 key being read : " + url})
	}
	if err != nil {
		return nil, &sourceError{context: "S3 key being read : " + url, location: "s3_utility.cpp:568", err: err}
	}
	text, err := r.readSmall(ctx, o, "JSONPaths file")
	if err != nil {
		return nil, err
	}
	paths, err := jsontext.Paths(text)
	if err != nil {
		return nil, r.boxed(boxed{message: "Invalid JSONPath format: " + err.Error(), context: o.URL()})
	}
	return paths, nil
}
