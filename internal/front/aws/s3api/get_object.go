package s3api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

// overrides are the query parameters by which a reader changes an answer's headers.
var overrides = map[string]string{
	"response-cache-control": "Cache-Control", "response-content-disposition": "Content-Disposition",
	"response-content-encoding": "Content-Encoding", "response-content-language": "Content-Language",
	"response-content-type": "Content-Type", "response-expires": "Expires",
}

func getObject(ctx context.Context, c *call) (*aws.Response, error) {
	in, err := c.reading()
	if err != nil {
		return nil, err
	}
	o, err := c.view.Get(ctx, in)
	if err != nil {
		return stateOf(err), err
	}
	res := c.selected(&o.Selection, in)
	res.Body = o
	return res, nil
}

func headObject(ctx context.Context, c *call) (*aws.Response, error) {
	in, err := c.reading()
	if err != nil {
		return nil, err
	}
	sel, err := c.view.Head(ctx, in)
	if err != nil {
		return stateOf(err), err
	}
	return c.selected(sel, in), nil
}

func (c *call) reading() (bucket.GetInput, error) {
	in := bucket.GetInput{Ref: c.ref(), Conditions: conditions(c.Header, ""), Range: c.Header.Get("Range")}
	if c.query.Has("partNumber") {
		n, err := strconv.Atoi(c.query.Get("partNumber"))
		if err != nil || n < 1 || n > 10000 {
			return in, invalidArgument("Part number must be an integer between 1 and 10000, inclusive", "partNumber", c.query.Get("partNumber"))
		}
		in.PartNumber = n
	}
	if c.Header.Get("x-amz-server-side-encryption-customer-algorithm") != "" {
		return in, notImplemented("Header", "x-amz-server-side-encryption-customer-algorithm")
	}
	if c.Session.Type == policy.Anonymous {
		for name := range overrides {
			if c.query.Has(name) {
				return in, invalid("InvalidRequest", "Request specific response headers cannot be used for anonymous GET requests.")
			}
		}
	}
	return in, nil
}

// selected is the answer to a read, without its body.
func (c *call) selected(sel *bucket.Selection, in bucket.GetInput) *aws.Response {
	h := described(&sel.Info)
	res := &aws.Response{Status: http.StatusOK, Header: h, Length: sel.Length}
	h.Set("Content-Length", strconv.FormatInt(sel.Length, 10))
	if sel.Partial {
		res.Status = http.StatusPartialContent
		h.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", sel.Offset, sel.Offset+sel.Length-1, sel.Info.Size))
	}
	if in.PartNumber > 0 && sel.Info.PartsCount > 0 {
		h.Set("x-amz-mp-parts-count", strconv.Itoa(sel.Info.PartsCount))
	}
	if strings.EqualFold(c.Header.Get("x-amz-checksum-mode"), "ENABLED") {
		setChecksum(h, sel.Info.Checksum)
	}
	for name, header := range overrides {
		set(h, header, c.query.Get(name))
	}
	return res
}

// stateOf are the headers that go with an error which depends on what was
// found: an unchanged object, or a delete marker.
func stateOf(err error) *aws.Response {
	var state *bucket.State
	if !errors.As(err, &state) {
		return nil
	}
	if state.Info.DeleteMarker {
		h := versionHeader(state.Info.VersionID)
		h.Set("x-amz-delete-marker", "true")
		if fault.CodeOf(err) == "MethodNotAllowed" {
			h.Set("Allow", http.MethodDelete)
			h.Set("Last-Modified", state.Info.LastModified.UTC().Format(http.TimeFormat))
		}
		return &aws.Response{Header: h}
	}
	h := described(&state.Info)
	for _, name := range []string{"Content-Type", "Content-Encoding", "Content-Language", "Content-Disposition"} {
		h.Del(name) // They describe a body that does not come.
	}
	return &aws.Response{Header: h}
}
