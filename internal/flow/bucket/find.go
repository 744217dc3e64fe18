package bucket

import (
	"bytes"
	"context"
	"encoding/binary"
	"maps"

	"go.etcd.io/bbolt"
)

// newest returns the newest version of key, or nil.
func newest(tx reading, bucket uint64, key string) (*version, error) {
	prefix := keyPrefix(bucket, key)
	k, val := tx.Bucket(tableVersions).Cursor().Seek(prefix)
	if !bytes.HasPrefix(k, prefix) {
		return nil, nil
	}
	return decodeVersion(val, rowSeq(k))
}

func rowSeq(k []byte) uint64 { return ^binary.BigEndian.Uint64(k[len(k)-8:]) }

// exact returns one version of key by its id, or nil.
func exact(tx reading, bucket uint64, key, id string) (*version, error) {
	if id == nullVersion {
		return nullOf(tx, bucket, key)
	}
	seq, ok := idSeq(id)
	if !ok {
		return nil, invalidVersion(id)
	}
	val := tx.Bucket(tableVersions).Get(versionKey(bucket, key, seq))
	if val == nil {
		return nil, nil
	}
	v, err := decodeVersion(val, seq)
	if err != nil || v.id != id {
		return nil, err
	}
	return v, nil
}

func invalidVersion(id string) error {
	return invalidArgument("Invalid version id specified", "versionId", id)
}

// nullOf returns the version of key that has no id, or nil. It is the newest
// one unless versioning was switched on later.
func nullOf(tx reading, bucket uint64, key string) (*version, error) {
	prefix := keyPrefix(bucket, key)
	c := tx.Bucket(tableVersions).Cursor()
	for k, val := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, val = c.Next() {
		if v, _ := decodeListed(val, rowSeq(k)); v.id == nullVersion {
			return decodeVersion(val, v.seq)
		}
	}
	return nil, nil
}

func find(tx reading, bucket uint64, ref Ref) (*version, error) {
	if ref.VersionID == "" {
		return newest(tx, bucket, ref.Key)
	}
	return exact(tx, bucket, ref.Key, ref.VersionID)
}

// found is an object version, read in one transaction with its bucket. Files
// it names stay until release.
type found struct {
	row    *row
	ref    Ref
	ver    *version // nil when there is none
	inline map[uint64][]byte
	pinned []uint64
	store  *Store
}

func (f *found) release() {
	if f.pinned != nil {
		f.store.blobs.unpin(f.pinned)
		f.pinned = nil
	}
}

// seek finds what ref names without asking anyone. With data, bodies in the
// metadata are copied out and files are pinned.
func (s *Store) seek(ref Ref, data bool) (*found, error) {
	f := &found{ref: ref, store: s}
	if data {
		s.blobs.look.RLock()
		defer s.blobs.look.RUnlock()
	}
	err := s.db.View(func(tx *bbolt.Tx) (err error) {
		if f.row, err = s.lookup(tx, ref.Bucket); err != nil {
			return err
		}
		if f.ver, err = find(tx, f.row.ID, ref); err != nil || f.ver == nil || !data {
			return err
		}
		f.collect(tx)
		return nil
	})
	if err != nil {
		return nil, internal("look up object", err)
	}
	if len(f.pinned) > 0 {
		s.blobs.pin(f.pinned)
	}
	return f, nil
}

// collect copies bodies out of the metadata and notes the files to pin.
func (f *found) collect(tx reading) {
	seen := map[uint64]bool{}
	for _, g := range f.ver.segments() {
		if g.inline {
			if f.inline == nil {
				f.inline = map[uint64][]byte{}
			}
			f.inline[g.id] = bytes.Clone(tx.Bucket(tableInline).Get(u64(g.id)))
			continue
		}
		if !seen[g.id] {
			seen[g.id] = true
			f.pinned = append(f.pinned, g.id)
		}
	}
}

// readKeys are the condition keys of a request that reads an object.
func (f *found) readKeys() keys {
	k := keys{}
	k.set("s3:VersionId", f.ref.VersionID)
	if f.ver != nil {
		k.setTags("s3:ExistingObjectTag/", f.ver.tags)
	}
	return k
}

// versioned chooses the action: S3 has another one for a request that names a version.
func versioned(ref Ref, action, withVersion string) string {
	if ref.VersionID != "" {
		return withVersion
	}
	return action
}

// locate finds an object for an action on it. Whether a missing one is reported
// as missing depends on the right to list.
func (v *View) locate(ctx context.Context, ref Ref, data bool, action string) (*found, error) {
	f, err := v.store.seek(ref, data)
	if err != nil {
		return nil, err
	}
	if err := v.admit(ctx, f, action, nil); err != nil {
		f.release()
		return nil, err
	}
	return f, nil
}

// locateWith is locate without data, for an action whose request has condition keys of its own.
func (v *View) locateWith(ctx context.Context, ref Ref, action string, with keys) (*found, error) {
	f, err := v.store.seek(ref, false)
	if err != nil {
		return nil, err
	}
	return f, v.admit(ctx, f, action, with)
}

func (v *View) admit(ctx context.Context, f *found, action string, with keys) error {
	if err := v.expected(f.row); err != nil {
		return err
	}
	k := f.readKeys()
	maps.Copy(k, with)
	if err := v.askObject(ctx, f.row, action, f.ref.Key, k); err != nil {
		return err
	}
	return v.present(ctx, f)
}

func (v *View) present(ctx context.Context, f *found) error {
	if f.ver == nil || f.ver.marker {
		if err := v.askBucket(ctx, f.row, "s3:ListBucket", nil); err != nil {
			return err
		}
	}
	switch {
	case f.ver == nil && f.ref.VersionID != "":
		return noSuchVersion(f.ref)
	case f.ver == nil:
		return noSuchKey(f.ref.Key)
	case f.ver.marker && f.ref.VersionID != "":
		e := methodNotAllowed("GET", "DeleteMarker")
		e.Err = &State{f.info()}
		return e
	case f.ver.marker:
		e := noSuchKey(f.ref.Key)
		e.Err = &State{f.info()}
		return e
	}
	return nil
}

// info describes the version found.
func (f *found) info() ObjectInfo {
	v := f.ver
	i := ObjectInfo{
		Bucket: f.row.Name, Key: f.ref.Key, VersionID: f.row.shownID(v.id), ETag: v.etag, Size: v.size,
		LastModified: v.modified, StorageClass: v.class, Headers: v.headers, Metadata: v.metadata,
		TagCount: len(v.tags), Encryption: v.encryption, Checksum: v.sum, DeleteMarker: v.marker,
	}
	if v.multipart() {
		i.PartsCount = len(v.pieces)
	}
	return i
}

// shownID hides the null version of a bucket that never had versioning.
func (r *row) shownID(id string) string {
	if r.Versioning == VersioningOff {
		return ""
	}
	return id
}
