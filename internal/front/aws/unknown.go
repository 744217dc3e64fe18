package aws

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

// nowhere stands for a service that is not served here, in the shape its call has.
type nowhere struct{ protocol Protocol }

// Name is no service's name.
func (nowhere) Name() string { return "" }

// Protocol is RESTXML unless the call was seen to be of another kind.
func (n nowhere) Protocol() Protocol {
	if n.protocol == nil {
		return RESTXML{}
	}
	return n.protocol
}

// ServeAWS refuses.
func (nowhere) ServeAWS(context.Context, *Request) (*Response, error) { return nil, missingToken() }

// stranger picks the shape in which to refuse a call for a service nobody knows.
func stranger(r *http.Request, form url.Values) Service {
	switch {
	case r.Header.Get("X-Amz-Target") != "":
		return nowhere{JSON{Version: strings.TrimPrefix(r.Header.Get("Content-Type"), "application/x-amz-json-")}}
	case form.Has("Action"):
		return nowhere{Query{Version: form.Get("Version")}}
	}
	return nowhere{}
}

// unknownService says in the call's own shape that the operation is not to be had.
// It answers 4xx, because SDKs repeat a 5xx many times.
func unknownService(x *exchange) error {
	switch x.service.Protocol().(type) {
	case JSON:
		_, name, _ := strings.Cut(x.r.Header.Get("X-Amz-Target"), ".")
		return unknownOperation(name)
	case Query:
		form, _ := x.bufferedForm() // It has been read before; an error would have ended the call.
		action := form.Get("Action")
		if action == "" {
			action = x.r.URL.Query().Get("Action")
		}
		return invalidAction(action, "")
	}
	return wrongService(x.claim)
}
