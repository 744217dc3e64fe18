package node_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/front/aws/awstest"
)

// caller calls the services of a node with one access key.
type caller struct {
	node   *running
	id     string
	secret string
}

// answer is what a service said.
type answer struct {
	status int
	code   string // of an error
	body   string
}

// tabled is a service that is a table of operations.
type tabled interface {
	aws.Service
	Operations() []aws.Operation
}

// call sends one operation with parameters, which are a JSON object in Go's types.
func (c *caller) call(t testing.TB, svc tabled, operation string, in map[string]any) answer {
	t.Helper()
	req := c.request(t, svc, operation, in)
	awstest.Key{ID: c.id, Secret: c.secret, Service: svc.Name(), Region: c.node.Info.Region}.Sign(t, req)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res.StatusCode, errorCode(res, body), string(body)}
}

func (c *caller) request(t testing.TB, svc tabled, operation string, in map[string]any) *http.Request {
	t.Helper()
	var body []byte
	header := http.Header{}
	switch p := svc.Protocol().(type) {
	case aws.Query:
		form := url.Values{"Action": {operation}, "Version": {p.Version}}
		for name, v := range in {
			flatten(form, name, v)
		}
		body = []byte(form.Encode())
		header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	case aws.JSON:
		var err error
		if body, err = json.Marshal(in); err != nil {
			t.Fatal(err)
		}
		header.Set("Content-Type", "application/x-amz-json-"+p.Version)
		header.Set("X-Amz-Target", p.Target+"."+operation)
	default:
		t.Fatalf("%s speaks %T", svc.Name(), p)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.node.Info.AWS+"/", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = header
	return req
}

// flatten writes a value as the parameters of a form. Lists are maps from "member.1" on.
func flatten(form url.Values, name string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for step, one := range v {
			flatten(form, name+"."+step, one)
		}
	default:
		form.Set(name, fmt.Sprint(v))
	}
}

func errorCode(res *http.Response, body []byte) string {
	if res.StatusCode < 300 {
		return ""
	}
	var inJSON struct {
		Type string `json:"__type"`
	}
	if json.Unmarshal(body, &inJSON) == nil {
		_, code, found := strings.Cut(inJSON.Type, "#")
		if !found {
			code = inJSON.Type
		}
		return code
	}
	var inXML struct {
		Code string `xml:"Error>Code"`
	}
	if xml.Unmarshal(body, &inXML) != nil {
		return "unreadable"
	}
	return inXML.Code
}

// parameters are values for the inputs of operations: by "service/Operation.Field", by
// "service/Field", or by "Field". Those named with their operation are sent though they
// are not required; nil keeps a field out.
type parameters map[string]any

// of makes the parameters of an operation: what is required, with values that are valid.
func (p parameters) of(svc tabled, op aws.Operation) map[string]any {
	_, query := svc.Protocol().(aws.Query)
	f := filler{known: p, service: svc.Name(), operation: op.Name, tag: "json"}
	if query {
		f.tag = "query"
	}
	return f.object(op.Input(), true)
}

type filler struct {
	known              parameters
	service, operation string
	tag                string
}

func (f *filler) object(t reflect.Type, top bool) map[string]any {
	out := map[string]any{}
	for i := range t.NumField() {
		field := t.Field(i)
		text, tagged := field.Tag.Lookup(f.tag)
		if field.Anonymous && field.Type.Kind() == reflect.Struct && !tagged {
			for name, v := range f.object(field.Type, top) {
				out[name] = v
			}
			continue
		}
		name, element, listed := strings.Cut(text, ",")
		if name == "" {
			name = field.Name
		}
		if !listed {
			element = "member"
		}
		named, own := f.known[f.service+"/"+f.operation+"."+name]
		if own = own && top; own && named != nil {
			out[name] = named
		}
		if !own && field.Tag.Get("required") == "true" {
			out[name] = f.value(field, name, element)
		}
	}
	return out
}

// value makes a value for a field.
func (f *filler) value(field reflect.StructField, name, element string) any {
	for _, key := range []string{f.service + "/" + name, name} {
		if v, ok := f.known[key]; ok {
			return v
		}
	}
	return f.make(field.Type, field.Tag, element)
}

func (f *filler) make(t reflect.Type, tag reflect.StructTag, element string) any {
	switch t.Kind() {
	case reflect.Pointer:
		return f.make(t.Elem(), tag, element)
	case reflect.Bool:
		return true
	case reflect.Int, reflect.Int32, reflect.Int64, reflect.Float64:
		n, _ := strconv.Atoi(tag.Get("min")) // No least value is as good as one.
		return max(n, 1)
	case reflect.Slice:
		one := f.make(t.Elem(), tag, "member")
		if f.tag == "json" {
			return []any{one}
		}
		if element != "" {
			element += "."
		}
		return map[string]any{element + "1": one}
	case reflect.Map:
		return map[string]any{"k": "v"}
	case reflect.Struct:
		return f.object(t, false)
	}
	if all := strings.Fields(tag.Get("enum")); len(all) > 0 {
		return all[0]
	}
	n, _ := strconv.Atoi(tag.Get("min")) // No least length is as good as one.
	return "stranger" + strings.Repeat("0", max(0, n-len("stranger")))
}
