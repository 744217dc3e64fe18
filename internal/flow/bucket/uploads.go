package bucket

import (
	"bytes"
	"context"

	"go.etcd.io/bbolt"
)

// ListMultipartUploads returns one page of the uploads in progress.
func (v *View) ListMultipartUploads(ctx context.Context, in ListUploadsInput) (*ListUploadsOutput, error) {
	r, err := v.open(ctx, in.Bucket, "s3:ListBucketMultipartUploads")
	if err != nil {
		return nil, err
	}
	out := &ListUploadsOutput{}
	if out.MaxUploads, err = pageSize(in.MaxUploads, "max-uploads"); err != nil || out.MaxUploads == 0 {
		return out, err
	}
	p := page{r, in.Prefix, in.Delimiter}
	at := p.beginUpload(in)
	err = v.store.db.View(func(tx *bbolt.Tx) error { return p.uploads(tx, at, out) })
	return out, internal("list uploads", err)
}

// beginUpload is the row to seek for a page behind an upload of the marker's key.
func (p *page) beginUpload(in ListUploadsInput) []byte {
	seq, ok := idSeq(in.UploadIDMarker)
	inScope := len(in.KeyMarker) >= len(p.prefix) && in.KeyMarker[:len(p.prefix)] == p.prefix
	if in.KeyMarker == "" || !ok || !inScope || p.rolled(in.KeyMarker) != "" {
		return p.begin(in.KeyMarker)
	}
	return append(uploadKey(p.row.ID, in.KeyMarker, seq), 0)
}

func (p *page) uploads(tx reading, at []byte, out *ListUploadsOutput) error {
	scope := scanPrefix(p.row.ID, p.prefix)
	c := tx.Bucket(tableUploads).Cursor()
	for k, raw := c.Seek(at); bytes.HasPrefix(k, scope); {
		u, err := decodeUpload(k, raw)
		if err != nil {
			return err
		}
		if len(out.Uploads)+len(out.CommonPrefixes) == out.MaxUploads {
			out.Truncated = true
			return nil
		}
		if r := p.rolled(u.key); r != "" {
			out.CommonPrefixes = append(out.CommonPrefixes, r)
			out.NextKeyMarker, out.NextUploadIDMarker = r, ""
			k, raw = c.Seek(pastPrefix(p.row.ID, r))
			continue
		}
		out.Uploads = append(out.Uploads, u.info(p.row.Name))
		out.NextKeyMarker, out.NextUploadIDMarker = u.key, u.ID
		k, raw = c.Next()
	}
	out.NextKeyMarker, out.NextUploadIDMarker = "", ""
	return nil
}
