package bucket

import (
	"context"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/inlet-data/inlet/internal/fault"
)

// Put stores an object. The guard is asked before the body is read; when Put
// returns without error the object is on disk and its event recorded.
func (v *View) Put(ctx context.Context, in PutInput) (*PutOutput, error) {
	r, err := v.bucket(in.Bucket)
	if err != nil {
		return nil, err
	}
	if err := v.askWrite(ctx, r, in.Key, &in.Attributes, writeKeys(&in.Attributes, in.IfMatch, in.IfNoneMatch)); err != nil {
		return nil, err
	}
	sum, err := in.check()
	if err != nil {
		return nil, err
	}
	cond := writeConditions{in.IfMatch, in.IfNoneMatch}
	if err := v.store.precheck(r, in.Key, cond); err != nil {
		return nil, err
	}
	got, err := v.store.receive(ctx, body{in.Body, in.Size, in.ContentMD5, sum, in.Trailer})
	if err != nil {
		return nil, err
	}
	ver := in.Attributes.version(v.store.stamp())
	ver.size, ver.etag, ver.sum = got.size, got.etag, got.sum
	out, err := v.store.land(r, in.Key, got, landing{ver: ver, cond: cond, event: CreatedByPut})
	if err != nil {
		v.store.abandon(got)
		return nil, err
	}
	return out, nil
}

// abandon removes the file of a body whose commit failed, unless the failed
// commit reached the disk after all.
func (s *Store) abandon(got *received) {
	if got.blob == 0 {
		return
	}
	if ids, err := s.unnamed([]uint64{got.blob}); err == nil {
		s.blobs.unlink(ids)
	}
}

func (in *PutInput) check() (Checksum, error) {
	if err := checkKey(in.Key); err != nil {
		return Checksum{}, err
	}
	if err := in.Attributes.check(); err != nil {
		return Checksum{}, err
	}
	if err := (writeConditions{in.IfMatch, in.IfNoneMatch}).check(); err != nil {
		return Checksum{}, err
	}
	return in.Checksum.resolve(false)
}

// writeConditions are the If- headers of a write.
type writeConditions struct {
	ifMatch, ifNoneMatch string
}

func (c writeConditions) check() error {
	if c.ifNoneMatch != "" && c.ifNoneMatch != "*" {
		return unsupported("A header you provided implies functionality that is not implemented", "If-None-Match of a write can only be *.")
	}
	return nil
}

// hold applies the conditions to the key as it is now.
func (c writeConditions) hold(tx reading, r *row, key string) error {
	if c.ifMatch == "" && c.ifNoneMatch == "" {
		return nil
	}
	now, err := newest(tx, r.ID, key)
	if err != nil {
		return err
	}
	exists := now != nil && !now.marker
	switch {
	case c.ifNoneMatch != "" && exists:
		return preconditionFailed("If-None-Match")
	case c.ifMatch != "" && !exists:
		return noSuchKey(key)
	case c.ifMatch != "" && !matchETag(c.ifMatch, now.etag):
		return preconditionFailed("If-Match")
	}
	return nil
}

// precheck refuses early what the commit would refuse, to spare the body.
func (s *Store) precheck(r *row, key string, cond writeConditions) error {
	if cond == (writeConditions{}) {
		return nil
	}
	tx, err := s.db.Begin(false)
	if err != nil {
		return internal("check conditions", err)
	}
	defer tx.Rollback() // A read transaction has nothing to lose.
	return internal("check conditions", cond.hold(tx, r, key))
}

// landing is a version about to become part of a bucket.
type landing struct {
	ver   *version
	cond  writeConditions
	event string
}

// land commits a received body as the newest version of key, with its event.
func (s *Store) land(was *row, key string, got *received, l landing) (out *PutOutput, err error) {
	err = s.commit("s3:PutObject", got.dir, func(t *txn) error {
		r, err := t.same(was)
		if err != nil {
			return err
		}
		if err := l.cond.hold(t, r, key); err != nil {
			return err
		}
		seg, err := t.keep(got)
		if err != nil {
			return err
		}
		l.ver.pieces = []piece{{size: got.size, etag: got.etag, sum: got.sum.Value, segs: seg}}
		out, err = t.insert(r, key, l)
		return err
	})
	return out, err
}

// keep names a received body in the transaction.
func (t *txn) keep(got *received) ([]segment, error) {
	if got.size == 0 {
		return nil, nil
	}
	if got.inline == nil {
		return []segment{{id: got.blob, n: got.size}}, t.put(tableBlobs, u64(got.blob), u64(1))
	}
	id, err := t.next(tableInline)
	if err != nil {
		return nil, err
	}
	return []segment{{inline: true, id: id, n: got.size}}, t.put(tableInline, u64(id), got.inline)
}

// insert makes l.ver the newest version of key as the bucket's versioning says, and records the event.
func (t *txn) insert(r *row, key string, l landing) (*PutOutput, error) {
	if err := t.place(r, key, l.ver); err != nil {
		return nil, err
	}
	out := r.output(l.ver)
	err := t.record(Event{
		Name: l.event, Time: t.store.now().UTC(), Bucket: r.Name, Owner: r.Owner,
		Key: key, VersionID: out.VersionID, ETag: out.ETag, Size: out.Size,
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// output tells the writer what was made.
func (r *row) output(v *version) *PutOutput {
	return &PutOutput{
		ETag: v.etag, VersionID: r.shownID(v.id), Size: v.size, LastModified: v.modified,
		Checksum: v.sum, Encryption: v.encryption,
	}
}

// place writes a version or delete marker as the newest of key. Without
// enabled versioning it takes the place of the version that has no id.
func (t *txn) place(r *row, key string, v *version) error {
	seq, err := t.next(tableVersions)
	if err != nil {
		return err
	}
	v.seq, v.id = seq, nullVersion
	if r.Versioning == VersioningEnabled {
		v.id = makeID(seq)
	} else if err := t.dropNull(r, key); err != nil {
		return err
	}
	return t.put(tableVersions, versionKey(r.ID, key, seq), v.encode())
}

func (t *txn) dropNull(r *row, key string) error {
	old, err := nullOf(t, r.ID, key)
	if err != nil || old == nil {
		return err
	}
	return t.drop(r, key, old)
}

// version turns a writer's attributes into a record.
func (a *Attributes) version(now time.Time) *version {
	v := &version{
		modified: now,
		class:    a.StorageClass, headers: a.Headers, metadata: a.Metadata, tags: a.Tags, encryption: "AES256",
	}
	if v.class == "" {
		v.class = "STANDARD"
	}
	if v.headers.ContentType == "" {
		v.headers.ContentType = "binary/octet-stream"
	}
	return v
}

const (
	maxKey      = 1024
	maxMetadata = 2048
)

func checkKey(key string) error {
	switch {
	case key == "":
		return invalidArgument("The object key is empty", "key", key)
	case len(key) > maxKey:
		e := &fault.Error{Kind: fault.Invalid, Code: "KeyTooLongError", Message: "Your key is too long"}
		e.Fields = map[string]string{"Size": strconv.Itoa(len(key)), "MaxSizeAllowed": strconv.Itoa(maxKey)}
		return e
	case !utf8.ValidString(key):
		return invalidArgument("The object key is not valid UTF-8", "key", fmt.Sprintf("%q", key))
	}
	return nil
}

func (a *Attributes) check() error {
	size := 0
	for k, v := range a.Metadata {
		size += len(k) + len(v)
	}
	switch {
	case size > maxMetadata:
		e := invalid("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size")
		e.Fields = map[string]string{"Size": strconv.Itoa(size), "MaxSizeAllowed": strconv.Itoa(maxMetadata)}
		return e
	case !storageClasses[a.StorageClass]:
		return invalid("InvalidStorageClass", "The storage class you specified is not valid")
	}
	if err := checkEncryption(a.Encryption); err != nil {
		return err
	}
	if err := checkObjectACL(a.ACL); err != nil {
		return err
	}
	return checkTags(a.Tags, 10, "Object tags cannot be greater than 10")
}

var storageClasses = map[string]bool{
	"": true, "STANDARD": true, "REDUCED_REDUNDANCY": true, "STANDARD_IA": true, "ONEZONE_IA": true,
	"INTELLIGENT_TIERING": true, "GLACIER": true, "GLACIER_IR": true, "DEEP_ARCHIVE": true,
}

// checkEncryption knows the one kind there is: with no key service, no key is checked.
func checkEncryption(sent string) error {
	switch sent {
	case "", "AES256":
		return nil
	case "aws:kms", "aws:kms:dsse":
		return unsupported("Server side encryption with KMS is not implemented", "Leave x-amz-server-side-encryption out, or set it to AES256.")
	}
	return invalidArgument("The encryption method specified is not supported", "x-amz-server-side-encryption", sent)
}
