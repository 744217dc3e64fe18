package load

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/inlet-data/inlet/internal/sqltype"
)

// unloadManifest lists the files that were written. VERBOSE adds all but the entries' names.
type unloadManifest struct {
	Entries []unloadEntry   `json:"entries"`
	Schema  *unloadSchema   `json:"schema,omitempty"`
	Meta    *unloadMeta     `json:"meta,omitempty"`
	Author  *manifestAuthor `json:"author,omitempty"`
}

type unloadEntry struct {
	URL  string      `json:"url"`
	Meta *unloadMeta `json:"meta,omitempty"`
}

type unloadMeta struct {
	Length  int64 `json:"content_length"`
	Records int64 `json:"record_count"` // with the header lines
}

type unloadSchema struct {
	Elements []unloadElement `json:"elements"`
}

type unloadElement struct {
	Name string     `json:"name"`
	Type unloadType `json:"type"`
}

type unloadType struct {
	Base      string `json:"base"`
	Length    int    `json:"max_length,omitempty"`
	Precision int    `json:"precision,omitempty"`
	Scale     *int   `json:"scale,omitempty"`
}

type manifestAuthor struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// writeManifest writes the manifest beside the files.
// Source: Redshift Database Developer Guide, "UNLOAD", MANIFEST.
func (u *unload) writeManifest(ctx context.Context) error {
	all := unloadManifest{Entries: []unloadEntry{}}
	verbose := u.options["manifest"] == "verbose"
	total := &unloadMeta{}
	for _, f := range u.files {
		e := unloadEntry{URL: "s3://" + u.bucket + "/" + f.key}
		if verbose || u.Unload.Format == "parquet" { // COPY asks for the size of Parquet files.
			e.Meta = &unloadMeta{f.size, f.rows}
			if u.has("header") {
				e.Meta.Records++
			}
			total.Length, total.Records = total.Length+e.Meta.Length, total.Records+e.Meta.Records
		}
		all.Entries = append(all.Entries, e)
	}
	if verbose {
		all.Schema, all.Meta, all.Author = u.schema(), total, &manifestAuthor{"Amazon Redshift", "1.0.0"}
	}
	text, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	key := u.prefix + "manifest"
	if err := u.to.Put(ctx, u.bucket, key, bytes.NewReader(text), int64(len(text))); err != nil {
		return u.refused(key, err)
	}
	return nil
}

// schema names the columns of the files, with their types.
func (u *unload) schema() *unloadSchema {
	s := &unloadSchema{Elements: []unloadElement{}}
	for _, i := range u.written {
		c := u.Columns[i]
		t := unloadType{Base: sqltype.Type{ID: c.Type.ID}.String()}
		switch c.Type.ID {
		case sqltype.Char, sqltype.Varchar:
			t.Length = c.Type.Length
		case sqltype.Decimal:
			t.Precision, t.Scale = c.Type.Precision, &c.Type.Scale
		}
		s.Elements = append(s.Elements, unloadElement{c.Name, t})
	}
	return s
}
