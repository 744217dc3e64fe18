package snsapi

import (
	"encoding/xml"
	"maps"
	"slices"

	"github.com/inlet-data/inlet/internal/flow/topic"
)

// pair is an entry of a map as forms have it.
type pair struct {
	Key   string `query:"key" required:"true"`
	Value string `query:"value"`
}

func mapOf(pairs []pair) map[string]string {
	m := make(map[string]string, len(pairs))
	for _, p := range pairs {
		m[p.Key] = p.Value
	}
	return m
}

// entries is a map as answers have it.
type entries map[string]string

type entry struct {
	Key   string `xml:"key"`
	Value string `xml:"value"`
}

// MarshalXML writes the entries in the order of their keys.
func (m entries) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	list := make([]entry, 0, len(m))
	for _, key := range slices.Sorted(maps.Keys(m)) {
		list = append(list, entry{key, m[key]})
	}
	return e.EncodeElement(struct {
		Entries []entry `xml:"entry"`
	}{list}, start)
}

// members is a list, whose element is there for an empty one too.
type members[T any] struct {
	Member []T `xml:"member"`
}

type tag struct {
	Key   string `required:"true" min:"1" max:"128"`
	Value string `required:"true" max:"256"`
}

func tagsOf(tags []tag) []topic.Tag {
	list := make([]topic.Tag, len(tags))
	for i, t := range tags {
		list[i] = topic.Tag(t)
	}
	return list
}

// done is the answer of operations whose result is an element without content.
type done struct{}
