package bucket

import (
	"bytes"
	"context"

	"go.etcd.io/bbolt"
)

// ListVersions returns one page of versions in key order, newest first within a key.
func (v *View) ListVersions(ctx context.Context, in ListVersionsInput) (*ListVersionsOutput, error) {
	r, err := v.bucket(in.Bucket)
	if err != nil {
		return nil, err
	}
	k := listKeys(in.MaxKeys).setSent("s3:prefix", in.Prefix, in.HasPrefix).setSent("s3:delimiter", in.Delimiter, in.HasDelimiter)
	if err := v.askBucket(ctx, r, "s3:ListBucketVersions", k); err != nil {
		return nil, err
	}
	out := &ListVersionsOutput{}
	if out.MaxKeys, err = pageSize(in.MaxKeys, "max-keys"); err != nil || out.MaxKeys == 0 {
		return out, err
	}
	if in.KeyMarker == "" && in.VersionIDMarker != "" {
		return nil, invalidArgument("A version-id marker cannot be specified without a key marker.", "version-id-marker", in.VersionIDMarker)
	}
	p := page{r, in.Prefix, in.Delimiter}
	err = v.store.db.View(func(tx *bbolt.Tx) error { return p.versions(ctx, tx, in, out) })
	return out, internal("list versions", err)
}

// beginVersion is the row to seek for a page behind a version of the marker's key.
func (p *page) beginVersion(tx reading, in ListVersionsInput) ([]byte, error) {
	if in.VersionIDMarker == "" || p.prefix != "" && !bytes.HasPrefix([]byte(in.KeyMarker), []byte(p.prefix)) || p.rolled(in.KeyMarker) != "" {
		return p.begin(in.KeyMarker), nil
	}
	seq, ok := idSeq(in.VersionIDMarker)
	if in.VersionIDMarker == nullVersion {
		old, err := nullOf(tx, p.row.ID, in.KeyMarker)
		if err != nil || old == nil {
			return p.begin(in.KeyMarker), err
		}
		seq, ok = old.seq, true
	}
	if !ok {
		return nil, invalidVersion(in.VersionIDMarker)
	}
	return append(versionKey(p.row.ID, in.KeyMarker, seq), 0), nil
}

func (p *page) versions(ctx context.Context, tx reading, in ListVersionsInput, out *ListVersionsOutput) error {
	at, err := p.beginVersion(tx, in)
	if err != nil {
		return err
	}
	scope := scanPrefix(p.row.ID, p.prefix)
	c := tx.Bucket(tableVersions).Cursor()
	last := in.KeyMarker
	for k, raw := c.Seek(at); bytes.HasPrefix(k, scope); {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		key, _, ok := splitRow(k)
		if !ok {
			return errCorrupt
		}
		if len(out.Versions)+len(out.CommonPrefixes) == out.MaxKeys {
			out.Truncated = true
			return nil
		}
		if r := p.rolled(key); r != "" {
			out.CommonPrefixes = append(out.CommonPrefixes, r)
			out.NextKeyMarker, out.NextVersionIDMarker = r, ""
			k, raw = c.Seek(pastPrefix(p.row.ID, r))
			continue
		}
		ver, _ := decodeListed(raw, rowSeq(k))
		out.Versions = append(out.Versions, ListedVersion{
			ListedObject: ver.listed(key), VersionID: ver.id, DeleteMarker: ver.marker,
			Latest: key != last,
		})
		last = key
		out.NextKeyMarker, out.NextVersionIDMarker = key, ver.id
		k, raw = c.Next()
	}
	out.NextKeyMarker, out.NextVersionIDMarker = "", ""
	return nil
}
