package load

import (
	"context"
	"io"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/load/delimited"
)

// location splits FROM's argument into bucket and key prefix.
func (r *run) location() (bucket, prefix string, err error) {
	rest, ok := strings.CutPrefix(r.Copy.Source, "s3://")
	if !ok {
		return "", "", &fault.Error{Kind: fault.Unsupported, Code: "0A000", Op: "COPY", On: r.Copy.Source,
			Message: "COPY from " + r.Copy.Source + " is not supported: the source must be s3://bucket/prefix"}
	}
	bucket, prefix, _ = strings.Cut(rest, "/")
	if bucket == "" {
		return "", "", &fault.Error{Kind: fault.Invalid, Code: "XX000", Op: "COPY", On: r.Copy.Source, Message: "The S3 path " + r.Copy.Source + " names no bucket"}
	}
	return bucket, prefix, nil
}

// find settles which files are read. A prefix is compared as plain text; it is no folder.
func (r *run) find(ctx context.Context) error {
	if r.Files != nil {
		r.files = r.Files
		return nil
	}
	bucket, prefix, err := r.location()
	if err != nil {
		return err
	}
	if region := r.Copy.Region; region != "" && region != r.ns.Region {
		return errRegion
	}
	if r.Copy.Manifest {
		return r.findListed(ctx, bucket, prefix)
	}
	found := 0
	err = r.objects.List(ctx, bucket, prefix, func(o Object) error {
		found++
		if o.Size > 0 {
			r.files = append(r.files, o)
		}
		return nil
	})
	if err != nil {
		return &sourceError{context: "Listing bucket=" + bucket + " prefix=" + prefix, location: "s3_utility.cpp:568", err: err}
	}
	if found == 0 {
		return &noPrefix{prefix}
	}
	return nil
}

// inputs hands the files to the scanner, which opens each when its turn comes.
func (r *run) inputs() []delimited.File {
	all := make([]delimited.File, len(r.files))
	for i, o := range r.files {
		all[i] = delimited.File{Name: o.URL(), Size: o.Size, Open: func(ctx context.Context) (io.ReadCloser, error) {
			f, err := r.objects.Open(ctx, o)
			if err != nil {
				return nil, &sourceError{context: "S3 key being read : " + o.URL(), location: "table_s3_scanner.cpp:354", err: err}
			}
			return transit{f, o}, nil
		}}
	}
	return all
}
