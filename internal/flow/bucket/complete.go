package bucket

import (
	"context"
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
)

// CompleteMultipartUpload makes an object of the parts; no data is moved.
func (v *View) CompleteMultipartUpload(ctx context.Context, in CompleteInput) (*PutOutput, error) {
	w := v.With(writeKeys(&Attributes{}, in.IfMatch, in.IfNoneMatch))
	r, err := w.bucket(in.Bucket)
	if err != nil {
		return nil, err
	}
	if err := w.askObject(ctx, r, "s3:PutObject", in.Key, nil); err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	var out *PutOutput
	err = v.store.commit("s3:CompleteMultipartUpload", "", func(t *txn) error {
		now, err := t.same(r)
		if err != nil {
			return err
		}
		out, err = t.complete(now, in)
		if fault.CodeOf(err) == "NoSuchUpload" {
			out, err = t.completed(now, in.UploadRef, err)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (in *CompleteInput) check() error {
	if len(in.Parts) == 0 || len(in.Parts) > maxParts {
		return invalid("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema")
	}
	for i := 1; i < len(in.Parts); i++ {
		if in.Parts[i].Number <= in.Parts[i-1].Number {
			return invalid("InvalidPartOrder", "The list of parts was not in ascending order. Parts must be ordered by part number.")
		}
	}
	return (writeConditions{in.IfMatch, in.IfNoneMatch}).check()
}

// complete does it inside the transaction: every fault of the request is found before the first write.
func (t *txn) complete(r *row, in CompleteInput) (*PutOutput, error) {
	u, err := upload(t, r, in.UploadRef)
	if err != nil {
		return nil, err
	}
	cond := writeConditions{in.IfMatch, in.IfNoneMatch}
	if err := cond.hold(t, r, in.Key); err != nil {
		return nil, err
	}
	ver := u.Attributes.version(t.store.stamp())
	if ver.pieces, err = t.choose(u, in); err != nil {
		return nil, err
	}
	keep := make(map[int]bool, len(ver.pieces))
	for i := range ver.pieces {
		keep[ver.pieces[i].number] = true
		ver.size += ver.pieces[i].size
	}
	ver.upload = u.ID
	ver.etag, ver.sum = joinETags(ver.pieces), joinSums(u.Checksum, ver.pieces)
	if err := in.verify(ver); err != nil {
		return nil, err
	}
	if err := t.dropUpload(r, u, keep); err != nil {
		return nil, err
	}
	return t.insert(r, in.Key, landing{ver: ver, event: CreatedByComplete})
}

// completed answers a repeated request, whose first answer was lost on its way:
// if the newest version came from this upload, that is the outcome.
func (t *txn) completed(r *row, ref UploadRef, notFound error) (*PutOutput, error) {
	v, err := newest(t, r.ID, ref.Key)
	if err != nil {
		return nil, err
	}
	if v == nil || v.upload == "" || v.upload != ref.UploadID {
		return nil, notFound
	}
	return r.output(v), nil
}

// choose finds the parts the request lists among those uploaded.
func (t *txn) choose(u *uploadRow, in CompleteInput) ([]piece, error) {
	uploaded, err := allParts(t, u)
	if err != nil {
		return nil, err
	}
	byNumber := make(map[int]*partRow, len(uploaded))
	for _, p := range uploaded {
		byNumber[p.number] = p
	}
	chosen := make([]piece, len(in.Parts))
	for i, want := range in.Parts {
		p := byNumber[want.Number]
		if p == nil || strings.Trim(want.ETag, `"`) != p.etag {
			return nil, invalidPart(u, want)
		}
		sent, other := want.Checksum, u.Unnamed && want.Checksum.Algorithm != u.Checksum.Algorithm // Those were verified when they came.
		if sent.Value != "" && !other && sent.Value != p.sum {
			return nil, invalidPart(u, want)
		}
		if p.size < minPartSize && i < len(in.Parts)-1 {
			return nil, partTooSmall(p)
		}
		chosen[i] = p.piece
	}
	return chosen, nil
}

func invalidPart(u *uploadRow, want Part) error {
	e := invalid("InvalidPart", "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.")
	e.Fields = map[string]string{"UploadId": u.ID, "PartNumber": fmt.Sprint(want.Number), "ETag": strings.Trim(want.ETag, `"`)}
	return e
}

func partTooSmall(p *partRow) error {
	e := invalid("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
	e.Fields = map[string]string{
		"ProposedSize": fmt.Sprint(p.size), "MinSizeAllowed": fmt.Sprint(minPartSize),
		"PartNumber": fmt.Sprint(p.number), "ETag": p.etag,
	}
	return e
}

// verify compares the joined object with what the request says about it.
func (in *CompleteInput) verify(ver *version) error {
	sent := in.Checksum
	switch {
	case ver.size > maxObjectSize:
		return entityTooLarge(ver.size)
	case in.ObjectSize >= 0 && in.ObjectSize != ver.size:
		return invalid("InvalidRequest", "The provided 'x-amz-mp-object-size' header does not match what was computed.")
	case sent.Type != "" && sent.Type != ver.sum.Type:
		return invalid("InvalidRequest", fmt.Sprintf("The upload was created using the %s checksum mode. The complete request must use the same checksum mode.", ver.sum.Type))
	case sent.Value == "":
		return nil
	case sent.Algorithm != ver.sum.Algorithm, sent.Value != ver.sum.Value:
		return badDigest(string(sent.Algorithm))
	}
	return nil
}
