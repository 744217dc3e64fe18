package bucket

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
)

// Get opens an object for reading.
func (v *View) Get(ctx context.Context, in GetInput) (*Object, error) {
	f, err := v.locate(ctx, in.Ref, true, versioned(in.Ref, "s3:GetObject", "s3:GetObjectVersion"))
	if err != nil {
		return nil, err
	}
	sel, err := f.choose(in)
	if err == nil {
		err = f.readable()
	}
	if err != nil {
		f.release()
		return nil, err
	}
	return newObject(f, sel), nil
}

// Head describes an object and what a Get would select of it.
func (v *View) Head(ctx context.Context, in GetInput) (*Selection, error) {
	f, err := v.locate(ctx, in.Ref, false, versioned(in.Ref, "s3:GetObject", "s3:GetObjectVersion"))
	if err != nil {
		return nil, err
	}
	sel, err := f.choose(in)
	if err != nil {
		return nil, err
	}
	return &sel, nil
}

// Attributes describes an object and its parts, as GetObjectAttributes does.
func (v *View) Attributes(ctx context.Context, ref Ref) (*ObjectAttributes, error) {
	f, err := v.locate(ctx, ref, false, versioned(ref, "s3:GetObject", "s3:GetObjectVersion"))
	if err != nil {
		return nil, err
	}
	action := versioned(ref, "s3:GetObjectAttributes", "s3:GetObjectVersionAttributes")
	if err := v.askObject(ctx, f.row, action, ref.Key, f.readKeys()); err != nil {
		return nil, err
	}
	out := &ObjectAttributes{Info: f.info()}
	if f.ver.multipart() {
		for i := range f.ver.pieces {
			out.Parts = append(out.Parts, f.ver.pieces[i].part(f.ver.sum.Algorithm))
		}
	}
	return out, nil
}

func (p *piece) part(a Algorithm) Part {
	return Part{Number: p.number, ETag: p.etag, Size: p.size, Checksum: Checksum{Algorithm: a, Value: p.sum}}
}

// choose applies conditions, range and part number.
func (f *found) choose(in GetInput) (Selection, error) {
	sel := Selection{Info: f.info(), Length: f.ver.size}
	if err := in.Conditions.check(sel.Info, true); err != nil {
		return sel, err
	}
	switch {
	case in.Range != "" && in.PartNumber != 0:
		return sel, invalid("InvalidRequest", "Cannot specify both Range header and partNumber query parameter")
	case in.PartNumber != 0:
		return sel, sel.choosePart(f.ver, in.PartNumber)
	case in.Range != "":
		return sel, sel.chooseRange(in.Range)
	}
	return sel, nil
}

func (s *Selection) choosePart(v *version, number int) error {
	if !v.multipart() && number == 1 {
		return nil
	}
	var at int64
	for i := range v.pieces {
		p := &v.pieces[i]
		if p.number == number && v.multipart() {
			s.Offset, s.Length, s.Partial = at, p.size, true
			s.Info.Checksum = Checksum{Algorithm: v.sum.Algorithm, Value: p.sum, Type: v.sum.Type}
			return nil
		}
		at += p.size
	}
	return &fault.Error{Kind: fault.Invalid, Code: "InvalidPartNumber", Message: "The requested partnumber is not satisfiable"}
}

func (s *Selection) chooseRange(header string) error {
	r, ok := parseRange(header)
	if !ok {
		return nil
	}
	off, n, ok := r.within(s.Info.Size)
	if !ok {
		e := invalid("InvalidRange", "The requested range is not satisfiable")
		e.Fields = map[string]string{"RangeRequested": header, "ActualObjectSize": fmt.Sprint(s.Info.Size)}
		return e
	}
	s.Offset, s.Length, s.Partial = off, n, true
	s.Info.Checksum = Checksum{} // It covers more than the answer.
	return nil
}

// readable refuses the data of objects that S3 would want to be restored first.
func (f *found) readable() error {
	if f.ver.class != "GLACIER" && f.ver.class != "DEEP_ARCHIVE" {
		return nil
	}
	return &fault.Error{
		Kind: fault.Denied, Code: "InvalidObjectState", Message: "The operation is not valid for the object's storage class",
		Fields: map[string]string{"StorageClass": f.ver.class},
	}
}

// check applies the conditions to what was found. Reads distinguish "not
// modified" from failed; the source of a copy only fails.
func (c Conditions) check(i ObjectInfo, read bool) error {
	at := i.LastModified.Truncate(time.Second)
	switch {
	case c.IfMatch != "" && !matchETag(c.IfMatch, i.ETag):
		return preconditionFailed("If-Match")
	case c.IfMatch == "" && !c.IfUnmodifiedSince.IsZero() && at.After(c.IfUnmodifiedSince):
		return preconditionFailed("If-Unmodified-Since")
	case c.IfNoneMatch != "" && matchETag(c.IfNoneMatch, i.ETag):
		return notModified(i, read, "If-None-Match")
	case c.IfNoneMatch == "" && !c.IfModifiedSince.IsZero() && !at.After(c.IfModifiedSince):
		return notModified(i, read, "If-Modified-Since")
	}
	return nil
}

func notModified(i ObjectInfo, read bool, condition string) error {
	if !read {
		return preconditionFailed(condition)
	}
	return &fault.Error{Kind: fault.Precondition, Code: "NotModified", Message: "Not Modified", Fields: map[string]string{"Condition": condition}, Err: &State{i}}
}

// matchETag compares a header's list of ETags with one.
func matchETag(list, etag string) bool {
	for one := range strings.SplitSeq(list, ",") {
		one = strings.TrimPrefix(strings.TrimSpace(one), "W/")
		if one == "*" || strings.Trim(one, `"`) == etag {
			return true
		}
	}
	return false
}
