package bucket

import (
	"context"
)

// maxDeletes is how many keys one DeleteObjects may name.
const maxDeletes = 1000

// Delete deletes an object, or makes a delete marker. A missing object is no error.
func (v *View) Delete(ctx context.Context, in DeleteInput) (*DeleteOutput, error) {
	r, err := v.bucket(in.Bucket)
	if err != nil {
		return nil, err
	}
	if err := v.askDelete(ctx, r, in); err != nil {
		return nil, err
	}
	var out DeleteOutput
	err = v.store.commit("s3:DeleteObject", "", func(t *txn) error {
		now, err := t.same(r)
		if err != nil {
			return err
		}
		out, err = t.erase(now, in)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &out, nil
}

func (v *View) askDelete(ctx context.Context, r *row, in DeleteInput) error {
	k := keys{}
	k.set("s3:VersionId", in.VersionID)
	k.set("s3:if-match", in.IfMatch)
	if err := v.askObject(ctx, r, versioned(in.Ref, "s3:DeleteObject", "s3:DeleteObjectVersion"), in.Key, k); err != nil {
		return err
	}
	return checkKey(in.Key)
}

// DeleteObjects deletes up to 1,000 objects in one commit; the refusals are in the results, in order.
func (v *View) DeleteObjects(ctx context.Context, bucket string, in []DeleteInput) ([]DeleteResult, error) {
	r, err := v.bucket(bucket)
	if err != nil {
		return nil, err
	}
	if len(in) == 0 || len(in) > maxDeletes {
		return nil, invalid("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema")
	}
	asked := make([]error, len(in))
	for i := range in {
		in[i].Bucket = bucket
		asked[i] = v.askDelete(ctx, r, in[i])
	}
	out := make([]DeleteResult, len(in))
	err = v.store.commit("s3:DeleteObjects", "", func(t *txn) error {
		now, err := t.same(r)
		if err != nil {
			return err
		}
		for i := range in {
			out[i] = DeleteResult{Ref: in[i].Ref, Err: asked[i]}
			if asked[i] == nil {
				out[i].DeleteOutput, out[i].Err = t.erase(now, in[i])
			}
			if out[i].Err != nil && asked[i] == nil && !refusal(out[i].Err) {
				return out[i].Err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// erase does one delete. It refuses before it writes.
func (t *txn) erase(r *row, in DeleteInput) (DeleteOutput, error) {
	if err := (writeConditions{ifMatch: in.IfMatch}).hold(t, r, in.Key); err != nil {
		return DeleteOutput{}, err
	}
	if in.VersionID != "" {
		return t.eraseVersion(r, in.Ref)
	}
	if r.Versioning == VersioningOff {
		return DeleteOutput{}, t.dropNull(r, in.Key)
	}
	marker := &version{marker: true, modified: t.store.stamp()}
	if err := t.place(r, in.Key, marker); err != nil {
		return DeleteOutput{}, err
	}
	return DeleteOutput{VersionID: marker.id, DeleteMarker: true}, nil
}

func (t *txn) eraseVersion(r *row, ref Ref) (DeleteOutput, error) {
	v, err := exact(t, r.ID, ref.Key, ref.VersionID)
	if err != nil {
		return DeleteOutput{}, err
	}
	out := DeleteOutput{VersionID: ref.VersionID}
	if v == nil {
		return out, nil
	}
	out.DeleteMarker = v.marker
	return out, t.drop(r, ref.Key, v)
}
