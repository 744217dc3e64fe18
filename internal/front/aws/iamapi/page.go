package iamapi

import (
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
)

// defaultPage is how many items come when the caller does not say.
const defaultPage = 100

// paging is what listing operations take.
type paging struct {
	Marker   string `query:"Marker" min:"1" max:"320" pattern:"[\\u0020-\\u00FF]+"`
	MaxItems int    `query:"MaxItems" min:"1" max:"1000"`
}

// paged is what listing operations add to their answers.
type paged struct {
	IsTruncated bool
	Marker      string `xml:",omitempty"`
}

// list is a list as IAM writes it: there even when it is empty.
type list[T any] struct {
	Members []T `xml:"member"`
}

func listOf[T, U any](in []T, shape func(T) U) list[U] {
	out := list[U]{Members: make([]U, len(in))}
	for i, e := range in {
		out.Members[i] = shape(e)
	}
	return out
}

// same leaves an item as it is.
func same[T any](v T) T { return v }

// page cuts a list. A marker is the place and the key of the last item given,
// so that a list that changes meanwhile is neither repeated nor cut short.
func page[T any](p paging, all []T, key func(T) string) ([]T, paged, error) {
	from, err := begin(p.Marker, all, key)
	if err != nil {
		return nil, paged{}, err
	}
	size := p.MaxItems
	if size == 0 {
		size = defaultPage
	}
	rest := all[from:]
	if len(rest) <= size {
		return rest, paged{}, nil
	}
	last := key(rest[size-1])
	marker := base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(from+size) + " " + last))
	return rest[:size], paged{IsTruncated: true, Marker: marker}, nil
}

// begin is where the page after a marker starts.
func begin[T any](marker string, all []T, key func(T) string) (int, error) {
	if marker == "" {
		return 0, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(marker)
	place, last, ok := strings.Cut(string(text), " ")
	n, bad := strconv.Atoi(place)
	if err != nil || !ok || bad != nil || n < 1 {
		return 0, &fault.Error{Kind: fault.Invalid, Code: "ValidationError", Message: "Invalid Marker."}
	}
	for i, e := range all {
		if key(e) == last {
			return i + 1, nil
		}
	}
	return min(n-1, len(all)), nil // The item is gone; those behind it moved up.
}
