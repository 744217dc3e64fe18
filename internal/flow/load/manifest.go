package load

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
)

// maxManifest bounds what is read of a manifest or a JSONPaths file.
const maxManifest = 64 << 20

type manifest struct {
	Entries []struct {
		URL       *string `json:"url"`
		Mandatory bool    `json:"mandatory"`
		Meta      struct {
			Length *int64 `json:"content_length"`
		} `json:"meta"`
	} `json:"entries"`
}

// findListed reads a manifest and finds the files it lists. A file listed twice is loaded twice.
// Source: Redshift Database Developer Guide, "Using a manifest to specify data files".
func (r *run) findListed(ctx context.Context, bucket, key string) error {
	m, err := r.readManifest(ctx, bucket, key)
	if err != nil {
		return err
	}
	for i, e := range m.Entries {
		if e.URL == nil || *e.URL == "" {
			return r.boxed(boxed{message: "Mandatory url is not present in manifest file", context: fmt.Sprintf("entry %d of s3://%s/%s", i+1, bucket, key)})
		}
		b, k, ok := strings.Cut(strings.TrimPrefix(*e.URL, "s3://"), "/")
		if !ok || !strings.HasPrefix(*e.URL, "s3://") || k == "" {
			return r.boxed(boxed{message: fmt.Sprintf("The url %q in the manifest is not s3://bucket/key", *e.URL), context: "s3://" + bucket + "/" + key})
		}
		o, err := r.objects.Head(ctx, b, k)
		switch {
		case err == nil && r.columnar() && (e.Meta.Length == nil || *e.Meta.Length != o.Size):
			return r.boxed(boxed{message: "The manifest entry of a columnar file must have its size in meta.content_length",
				context: fmt.Sprintf("%s has %d bytes", *e.URL, o.Size)})
		case err == nil:
			r.files = append(r.files, o)
		case fault.CodeOf(err) == "NoSuchKey" && !e.Mandatory:
		default:
			return &sourceError{context: "S3 key being read : " + *e.URL, location: "s3_utility.cpp:568", err: err}
		}
	}
	if len(r.files) == 0 {
		return r.boxed(boxed{message: "None of the files listed in the manifest exists", context: "s3://" + bucket + "/" + key})
	}
	return nil
}

// columnar reports Parquet and ORC.
func (r *run) columnar() bool {
	return r.Copy.Format.Kind == "parquet" || r.Copy.Format.Kind == "orc"
}

func (r *run) readManifest(ctx context.Context, bucket, key string) (*manifest, error) {
	o, err := r.objects.Head(ctx, bucket, key)
	if key == "" || fault.CodeOf(err) == "NoSuchKey" {
		return nil, r.boxed(boxed{message: "COPY with MANIFEST parameter requires full path of an S3 object"})
	}
	if err != nil {
		return nil, &sourceError{context: "S3 key being read : s3://" + bucket + "/" + key, location: "s3_utility.cpp:568", err: err}
	}
	text, err := r.readSmall(ctx, o, "manifest")
	if err != nil {
		return nil, err
	}
	m := new(manifest)
	if err := json.Unmarshal(text, m); err != nil {
		return nil, r.boxed(boxed{message: "The manifest is not valid JSON: " + err.Error(), context: o.URL()})
	}
	return m, nil
}

// readSmall reads an object that steers the load whole.
func (r *run) readSmall(ctx context.Context, o Object, what string) ([]byte, error) {
	f, err := r.objects.Open(ctx, o)
	if err != nil {
		return nil, &sourceError{context: "S3 key being read : " + o.URL(), location: "s3_utility.cpp:568", err: err}
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxManifest+1))
	if err != nil {
		return nil, fmt.Errorf("read %s %s: %w", what, o.URL(), err)
	}
	if len(text) > maxManifest {
		return nil, r.boxed(boxed{message: "The " + what + " is larger than 64 MB", context: o.URL()})
	}
	return text, nil
}
