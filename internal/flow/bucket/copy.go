package bucket

import (
	"context"
	"errors"
	"io"
)

// copyTries bounds how often a copy begins again because its source was replaced meanwhile.
const copyTries = 8

// errSourceGone says inside a commit that the version to share is no more.
var errSourceGone = conflict("OperationAborted", "A conflicting conditional operation is currently in progress against this resource. Please try again.")

// Copy copies an object; its data is shared with the source, not copied.
func (v *View) Copy(ctx context.Context, in CopyInput) (*CopyOutput, error) {
	r, err := v.bucket(in.Bucket)
	if err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	for try := 1; ; try++ {
		out, err := v.copyOnce(ctx, r, in)
		if !isSourceGone(err) || try == copyTries {
			return out, err
		}
	}
}

func (in *CopyInput) check() error {
	if err := checkKey(in.Key); err != nil {
		return err
	}
	if err := in.Attributes.check(); err != nil {
		return err
	}
	return (writeConditions{in.IfMatch, in.IfNoneMatch}).check()
}

func (v *View) copyOnce(ctx context.Context, r *row, in CopyInput) (*CopyOutput, error) {
	src, err := v.source().copySource(ctx, in.Source, in.Conditions)
	if err != nil {
		return nil, err
	}
	defer src.release()
	a := in.attributes(src)
	if err := v.askCopy(ctx, r, in, src, &a); err != nil {
		return nil, err
	}
	if in.changesNothing(src) {
		return nil, invalid("InvalidRequest", "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.")
	}
	ver := a.version(v.store.stamp())
	if err := src.measure(ctx, ver, in.Algorithm); err != nil {
		return nil, err
	}
	cond := writeConditions{in.IfMatch, in.IfNoneMatch}
	out, err := v.store.landCopy(r, in.Key, src, landing{ver: ver, cond: cond, event: CreatedByCopy})
	if err != nil {
		return nil, err
	}
	return &CopyOutput{PutOutput: *out, SourceVersionID: src.row.shownID(src.ver.id)}, nil
}

// copySource finds and checks what a copy reads.
func (v *View) copySource(ctx context.Context, ref Ref, cond Conditions) (*found, error) {
	src, err := v.locate(ctx, ref, true, versioned(ref, "s3:GetObject", "s3:GetObjectVersion"))
	if err != nil {
		return nil, err
	}
	if err = cond.check(src.info(), false); err == nil {
		err = src.readable()
	}
	if err == nil && src.ver.size > MaxPutSize {
		err = invalid("InvalidRequest", "The specified copy source is larger than the maximum allowable size for a copy source: 5368709120")
	}
	if err != nil {
		src.release()
		return nil, err
	}
	return src, nil
}

// attributes are those of the copy: the source's, unless the directives replace them.
func (in *CopyInput) attributes(src *found) Attributes {
	a := in.Attributes
	if !in.ReplaceMetadata {
		redirect := a.Headers.WebsiteRedirect // Never copied.
		a.Headers, a.Metadata = src.ver.headers, src.ver.metadata
		a.Headers.WebsiteRedirect = redirect
	}
	if !in.ReplaceTags {
		a.Tags = src.ver.tags
	}
	return a
}

func (v *View) askCopy(ctx context.Context, r *row, in CopyInput, src *found, a *Attributes) error {
	if !in.ReplaceTags && len(src.ver.tags) > 0 {
		action := versioned(in.Source, "s3:GetObjectTagging", "s3:GetObjectVersionTagging")
		if err := v.askObject(ctx, src.row, action, in.Source.Key, src.readKeys()); err != nil {
			return err
		}
	}
	k := writeKeys(a, in.IfMatch, in.IfNoneMatch)
	k.set("s3:x-amz-copy-source", in.Source.Bucket+"/"+in.Source.Key)
	k.set("s3:x-amz-metadata-directive", in.MetadataDirective)
	return v.askWrite(ctx, r, in.Key, a, k)
}

func (in *CopyInput) changesNothing(src *found) bool {
	a := in.Attributes
	same := in.Source.Bucket == in.Bucket && in.Source.Key == in.Key && in.Source.VersionID == ""
	return same && !in.ReplaceMetadata && !in.ReplaceTags && a.Headers.WebsiteRedirect == "" && a.Encryption == "" &&
		(a.StorageClass == "" || a.StorageClass == src.ver.class) && in.Algorithm == ""
}

// measure sets size, ETag and checksum of a copy. They are the source's when it
// is one piece; what was uploaded in parts has others once it is one, and is read.
func (f *found) measure(ctx context.Context, ver *version, algorithm Algorithm) error {
	if algorithm == "" {
		algorithm = f.ver.sum.Algorithm
	}
	sum, err := Checksum{Algorithm: algorithm}.resolve(false)
	if err != nil {
		return err
	}
	ver.size, ver.etag, ver.sum = f.ver.size, f.ver.etag, f.ver.sum
	if !f.ver.multipart() && sum.Algorithm == f.ver.sum.Algorithm {
		return nil
	}
	d := newDigest(sum.Algorithm)
	if err := f.digest(ctx, d, 0, f.ver.size); err != nil {
		return err
	}
	ver.etag, ver.sum = d.etag(), d.checksum()
	return nil
}

// digest reads a stretch of the data through d.
func (f *found) digest(ctx context.Context, d *digest, off, n int64) error {
	o := newObject(f, Selection{Info: f.info(), Offset: off, Length: n})
	defer o.closeFiles()
	buf := chunks.Get().(*[]byte)
	defer chunks.Put(buf)
	src := &source{ctx: ctx, r: io.NewSectionReader(o, off, n)}
	for !src.ended {
		m, err := src.fill(*buf)
		if err != nil {
			return err
		}
		d.Write((*buf)[:m])
	}
	return nil
}

// landCopy commits a version that shares the source's data.
func (s *Store) landCopy(was *row, key string, src *found, l landing) (out *PutOutput, err error) {
	err = s.commit("s3:PutObject", "", func(t *txn) error {
		r, err := t.same(was)
		if err != nil {
			return err
		}
		if err := l.cond.hold(t, r, key); err != nil {
			return err
		}
		if err := t.still(src); err != nil {
			return err
		}
		segs, err := t.share(src.ver.segments())
		if err != nil {
			return err
		}
		l.ver.pieces = []piece{{size: l.ver.size, etag: l.ver.etag, sum: l.ver.sum.Value, segs: segs}}
		out, err = t.insert(r, key, l)
		return err
	})
	return out, err
}

// still makes sure that the version found before the transaction is there, for its data to be shared.
func (t *txn) still(src *found) error {
	if t.table(tableVersions).Get(versionKey(src.row.ID, src.ref.Key, src.ver.seq)) == nil {
		return errSourceGone
	}
	return nil
}

func isSourceGone(err error) bool { return errors.Is(err, errSourceGone) }
