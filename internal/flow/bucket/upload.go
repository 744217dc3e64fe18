package bucket

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// uploadRow is one row of the uploads table.
type uploadRow struct {
	ID         string
	Initiated  time.Time
	Initiator  string
	Attributes Attributes
	Checksum   Checksum
	Unnamed    bool `json:",omitempty"` // The caller named no algorithm: parts may come with any.

	key string
	seq uint64
}

func decodeUpload(k, raw []byte) (*uploadRow, error) {
	u := &uploadRow{}
	if err := json.Unmarshal(raw, u); err != nil {
		return nil, fmt.Errorf("upload: %w", err)
	}
	var ok bool
	if u.key, u.seq, ok = splitRow(k); !ok {
		return nil, fmt.Errorf("upload: %w", errCorrupt)
	}
	return u, nil
}

// upload finds an upload in progress.
func upload(tx reading, r *row, ref UploadRef) (*uploadRow, error) {
	seq, ok := idSeq(ref.UploadID)
	if !ok {
		return nil, noSuchUpload(ref.UploadID)
	}
	k := uploadKey(r.ID, ref.Key, seq)
	raw := tx.Bucket(tableUploads).Get(k)
	if raw == nil {
		return nil, noSuchUpload(ref.UploadID)
	}
	u, err := decodeUpload(k, raw)
	if err == nil && u.ID != ref.UploadID {
		err = noSuchUpload(ref.UploadID)
	}
	return u, err
}

func (u *uploadRow) info(bucket string) Upload {
	return Upload{
		Bucket: bucket, Key: u.key, ID: u.ID, Initiated: u.Initiated, Initiator: u.Initiator,
		StorageClass: u.Attributes.version(u.Initiated).class, Checksum: u.Checksum, Encryption: "AES256",
	}
}

// CreateMultipartUpload begins an upload in parts.
func (v *View) CreateMultipartUpload(ctx context.Context, in UploadInput) (*Upload, error) {
	r, err := v.bucket(in.Bucket)
	if err != nil {
		return nil, err
	}
	if err := v.askWrite(ctx, r, in.Key, &in.Attributes, writeKeys(&in.Attributes, "", "")); err != nil {
		return nil, err
	}
	if err := checkKey(in.Key); err != nil {
		return nil, err
	}
	if err := in.Attributes.check(); err != nil {
		return nil, err
	}
	in.Checksum.Value = ""
	sum, err := in.Checksum.resolve(true)
	if err != nil {
		return nil, err
	}
	u := &uploadRow{Initiated: v.store.stamp(), Initiator: v.by.ARN, Attributes: in.Attributes, Checksum: sum,
		Unnamed: in.Checksum.Algorithm == "", key: in.Key}
	if err := v.store.beginUpload(r, u); err != nil {
		return nil, err
	}
	info := u.info(r.Name)
	return &info, nil
}

func (s *Store) beginUpload(was *row, u *uploadRow) error {
	return s.commit("s3:CreateMultipartUpload", "", func(t *txn) error {
		r, err := t.same(was)
		if err != nil {
			return err
		}
		if u.seq, err = t.next(tableUploads); err != nil {
			return err
		}
		u.ID = makeID(u.seq)
		raw, err := json.Marshal(u)
		if err != nil {
			return fmt.Errorf("encode upload: %w", err)
		}
		return t.put(tableUploads, uploadKey(r.ID, u.key, u.seq), raw)
	})
}

// openUpload finds an upload after asking for action on its key.
func (v *View) openUpload(ctx context.Context, ref UploadRef, action string) (*row, *uploadRow, error) {
	r, err := v.bucket(ref.Bucket)
	if err != nil {
		return nil, nil, err
	}
	if err := v.askObject(ctx, r, action, ref.Key, nil); err != nil {
		return nil, nil, err
	}
	var u *uploadRow
	err = v.store.db.View(func(tx *bbolt.Tx) error {
		u, err = upload(tx, r, ref)
		return err
	})
	return r, u, internal("look up upload", err)
}

// AbortMultipartUpload forgets an upload and its parts.
func (v *View) AbortMultipartUpload(ctx context.Context, ref UploadRef) error {
	r, _, err := v.openUpload(ctx, ref, "s3:AbortMultipartUpload")
	if err != nil {
		return err
	}
	return v.store.commit("s3:AbortMultipartUpload", "", func(t *txn) error {
		now, err := t.same(r)
		if err != nil {
			return err
		}
		u, err := upload(t, now, ref)
		if err != nil {
			return err
		}
		return t.dropUpload(now, u, nil)
	})
}

// dropUpload removes an upload with its parts. The data of the parts in keep lives on in an object.
func (t *txn) dropUpload(r *row, u *uploadRow, keep map[int]bool) error {
	parts, err := allParts(t, u)
	if err != nil {
		return err
	}
	for _, p := range parts {
		if err := t.delete(tableParts, partKey(u.seq, p.number)); err != nil {
			return err
		}
		if keep[p.number] {
			continue
		}
		if err := t.release(p.segs); err != nil {
			return err
		}
	}
	return t.delete(tableUploads, uploadKey(r.ID, u.key, u.seq))
}

// allParts reads an upload's parts in order.
func allParts(tx reading, u *uploadRow) ([]*partRow, error) {
	var parts []*partRow
	prefix := u64(u.seq)
	c := tx.Bucket(tableParts).Cursor()
	for k, raw := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, raw = c.Next() {
		p, err := decodePart(raw)
		if err != nil {
			return nil, err
		}
		parts = append(parts, p)
	}
	return parts, nil
}

const (
	maxParts      = 10_000
	minPartSize   = 5 << 20
	maxObjectSize = 50 << 40
)

// ListParts returns one page of an upload's parts.
func (v *View) ListParts(ctx context.Context, in ListPartsInput) (*ListPartsOutput, error) {
	r, u, err := v.openUpload(ctx, in.UploadRef, "s3:ListMultipartUploadParts")
	if err != nil {
		return nil, err
	}
	most, err := pageSize(in.MaxParts, "max-parts")
	if err != nil {
		return nil, err
	}
	out := &ListPartsOutput{Upload: u.info(r.Name), MaxParts: most}
	err = v.store.db.View(func(tx *bbolt.Tx) error { return out.collect(tx, u, in.Marker) })
	return out, internal("list parts", err)
}

func (out *ListPartsOutput) collect(tx reading, u *uploadRow, marker int) error {
	if marker < 0 || marker >= maxParts || out.MaxParts == 0 {
		return nil
	}
	prefix := u64(u.seq)
	c := tx.Bucket(tableParts).Cursor()
	for k, raw := c.Seek(partKey(u.seq, marker+1)); bytes.HasPrefix(k, prefix); k, raw = c.Next() {
		if len(out.Parts) == out.MaxParts {
			out.Truncated, out.NextMarker = true, out.Parts[len(out.Parts)-1].Number
			return nil
		}
		p, err := decodePart(raw)
		if err != nil {
			return err
		}
		part := p.part(u.Checksum.Algorithm)
		part.LastModified = p.modified
		out.Parts = append(out.Parts, part)
	}
	return nil
}
