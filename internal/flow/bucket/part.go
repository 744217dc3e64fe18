package bucket

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
)

// UploadPart stores one part, replacing an earlier one of the same number.
func (v *View) UploadPart(ctx context.Context, in PartInput) (*Part, error) {
	r, u, err := v.openUpload(ctx, in.UploadRef, "s3:PutObject")
	if err != nil {
		return nil, err
	}
	if err := checkPartNumber(in.Number); err != nil {
		return nil, err
	}
	sum, err := u.partChecksum(in.Checksum)
	if err != nil {
		return nil, err
	}
	kept := u.Checksum.Algorithm.newHash()
	if sum.Algorithm != u.Checksum.Algorithm {
		in.Body = io.TeeReader(in.Body, kept) // What was sent is verified, what the upload asks for is kept.
	}
	got, err := v.store.receive(ctx, body{in.Body, in.Size, in.ContentMD5, sum, in.Trailer})
	if err != nil {
		return nil, err
	}
	p := &partRow{piece{number: in.Number, size: got.size, etag: got.etag, sum: got.sum.Value}, v.store.stamp()}
	if sum.Algorithm != u.Checksum.Algorithm {
		p.sum = base64.StdEncoding.EncodeToString(kept.Sum(nil))
	}
	err = v.store.landPart(r, in.UploadRef, partLanding{p, got.dir, func(t *txn) error {
		p.segs, err = t.keep(got)
		return err
	}})
	if err != nil {
		v.store.abandon(got)
		return nil, err
	}
	out := p.shown(u)
	out.Checksum = Checksum{Algorithm: got.sum.Algorithm, Value: got.sum.Value}
	return out, nil
}

func (p *partRow) shown(u *uploadRow) *Part {
	part := p.part(u.Checksum.Algorithm)
	part.LastModified = p.modified
	return &part
}

// partChecksum is what to verify of a part: by the algorithm the upload began with,
// or by any when the caller left that to S3, as SDKs do that check parts by default.
func (u *uploadRow) partChecksum(sent Checksum) (Checksum, error) {
	if sent.Algorithm == "" {
		sent.Algorithm = u.Checksum.Algorithm
	}
	sum, err := sent.resolve(false)
	if err != nil {
		return sum, err
	}
	if sum.Algorithm != u.Checksum.Algorithm && !u.Unnamed {
		return sum, invalid("InvalidRequest", fmt.Sprintf("Checksum Type mismatch occurred, expected checksum Type: %s, actual checksum Type: %s",
			strings.ToLower(string(u.Checksum.Algorithm)), strings.ToLower(string(sum.Algorithm))))
	}
	return sum, nil
}

func checkPartNumber(n int) error {
	if n < 1 || n > maxParts {
		return invalidArgument("Part number must be an integer between 1 and 10000, inclusive", "partNumber", fmt.Sprint(n))
	}
	return nil
}

// partLanding is a part about to become one of an upload's.
type partLanding struct {
	part *partRow
	dir  string
	fill func(*txn) error // Names the part's data in the transaction.
}

func (s *Store) landPart(was *row, ref UploadRef, l partLanding) error {
	return s.commit("s3:UploadPart", l.dir, func(t *txn) error {
		r, err := t.same(was)
		if err != nil {
			return err
		}
		u, err := upload(t, r, ref)
		if err != nil {
			return err
		}
		if err := l.fill(t); err != nil {
			return err
		}
		return t.putPart(u, l.part)
	})
}

func (t *txn) putPart(u *uploadRow, p *partRow) error {
	k := partKey(u.seq, p.number)
	if raw := t.table(tableParts).Get(k); raw != nil {
		old, err := decodePart(raw)
		if err != nil {
			return err
		}
		if err := t.release(old.segs); err != nil {
			return err
		}
	}
	return t.put(tableParts, k, p.encode())
}

// UploadPartCopy makes a part of an object or a range of it, sharing the data.
// The data is read once, for the part's checksums.
func (v *View) UploadPartCopy(ctx context.Context, in PartCopyInput) (*PartCopyOutput, error) {
	r, u, err := v.openPartCopy(ctx, in)
	if err != nil {
		return nil, err
	}
	for try := 1; ; try++ {
		out, err := v.copyPart(ctx, r, u, in)
		if !isSourceGone(err) || try == copyTries {
			return out, err
		}
	}
}

// openPartCopy finds the upload; the copy's source is one of the conditions of the write.
func (v *View) openPartCopy(ctx context.Context, in PartCopyInput) (*row, *uploadRow, error) {
	w := v.With(map[string][]string{"s3:x-amz-copy-source": {in.Source.Bucket + "/" + in.Source.Key}})
	r, u, err := w.openUpload(ctx, in.UploadRef, "s3:PutObject")
	if err != nil {
		return nil, nil, err
	}
	return r, u, checkPartNumber(in.Number)
}

func (v *View) copyPart(ctx context.Context, r *row, u *uploadRow, in PartCopyInput) (*PartCopyOutput, error) {
	src, err := v.source().partSource(ctx, in)
	if err != nil {
		return nil, err
	}
	defer src.release()
	off, n, err := copyRange(in.Range, src.ver.size)
	if err != nil {
		return nil, err
	}
	d := newDigest(u.Checksum.Algorithm)
	if err := src.digest(ctx, d, off, n); err != nil {
		return nil, err
	}
	p := &partRow{piece{number: in.Number, size: n, etag: d.etag(), sum: d.checksum().Value}, v.store.stamp()}
	err = v.store.landPart(r, in.UploadRef, partLanding{part: p, fill: func(t *txn) error {
		if err := t.still(src); err != nil {
			return err
		}
		p.segs, err = t.share(cut(src.ver.segments(), off, n))
		return err
	}})
	if err != nil {
		return nil, err
	}
	return &PartCopyOutput{*p.shown(u), src.row.shownID(src.ver.id)}, nil
}

func (v *View) partSource(ctx context.Context, in PartCopyInput) (*found, error) {
	src, err := v.locate(ctx, in.Source, true, versioned(in.Source, "s3:GetObject", "s3:GetObjectVersion"))
	if err != nil {
		return nil, err
	}
	if err = in.Conditions.check(src.info(), false); err == nil {
		err = src.readable()
	}
	if err != nil {
		src.release()
		return nil, err
	}
	return src, nil
}

// copyRange reads x-amz-copy-source-range, which unlike Range must be exact.
func copyRange(header string, size int64) (off, n int64, err error) {
	if header == "" {
		n = size
	} else {
		r, ok := parseRange(header)
		if !ok || r.first < 0 || r.last < 0 {
			return 0, 0, invalidArgument("The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy", "x-amz-copy-source-range", header)
		}
		if r.last >= size {
			return 0, 0, invalidArgument(fmt.Sprintf("Range specified is not valid for source object of size: %d", size), "x-amz-copy-source-range", header)
		}
		off, n = r.first, r.last-r.first+1
	}
	if n > MaxPutSize {
		return 0, 0, invalid("InvalidRequest", "The specified copy source is larger than the maximum allowable size for a copy source: 5368709120")
	}
	return off, n, nil
}

// cut returns the stretch of segs that begins at off and is n bytes long.
func cut(segs []segment, off, n int64) []segment {
	var out []segment
	for _, g := range segs {
		if off >= g.n {
			off -= g.n
			continue
		}
		take := min(g.n-off, n)
		if take <= 0 {
			break
		}
		out = append(out, segment{inline: g.inline, id: g.id, off: g.off + off, n: take})
		off, n = 0, n-take
	}
	return out
}
