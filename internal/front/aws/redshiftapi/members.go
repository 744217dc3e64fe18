package redshiftapi

import (
	"encoding/xml"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// members is a list as Redshift writes it: an element around the elements,
// which is there for an empty list too, since clients read it.
type members[T any] struct {
	name  string
	items []T
}

// membersOf makes a list whose elements have a name.
func membersOf[T any](name string, items []T) members[T] { return members[T]{name, items} }

// collect makes a list of what each makes of things.
func collect[In, T any](name string, things []In, each func(In) T) members[T] {
	items := make([]T, len(things))
	for i, x := range things {
		items[i] = each(x)
	}
	return members[T]{name, items}
}

// MarshalXML writes the element around the elements.
func (m members[T]) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	if err := e.EncodeToken(start); err != nil {
		return err
	}
	for i := range m.items {
		if err := e.EncodeElement(&m.items[i], xml.StartElement{Name: xml.Name{Local: m.name}}); err != nil {
			return err
		}
	}
	return e.EncodeToken(start.End())
}

// paging is what asks for a part of a list.
type paging struct {
	MaxRecords int
	Marker     string
}

func (p paging) page() warehouse.Page { return warehouse.Page{Max: p.MaxRecords, Marker: p.Marker} }

// filtering selects by tags.
type filtering struct {
	TagKeys   []string `query:"TagKeys,TagKey"`
	TagValues []string `query:"TagValues,TagValue"`
}

func (f filtering) filter() warehouse.TagFilter {
	return warehouse.TagFilter{Keys: f.TagKeys, Values: f.TagValues}
}
