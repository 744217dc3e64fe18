package e2e

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// unlimited is the length that Redshift's model gives to texts without a limit.
const unlimited = 2147483647

// limits compares the limits in a field's tags with those of its shape.
func (c *comparison) limits(at string, f reflect.StructField, s *shape) {
	differs := func(what, here, there string) {
		if here != there {
			c.fail(at, "%s is %q here, %q in the model", what, here, there)
		}
	}
	low, top := s.bounds()
	differs("min", strings.TrimPrefix(f.Tag.Get("min"), "0"), low)
	differs("max", f.Tag.Get("max"), top)
	if s.Type == "list" {
		s = c.model.of(s.Member)
		low, top := s.bounds()
		if top == "" || s.Type != "string" {
			low, top = "", ""
		}
		differs("each", strings.TrimPrefix(strings.TrimSpace(f.Tag.Get("each")), "0 "), strings.TrimSpace(low+" "+top))
	}
	if !strings.Contains(s.Pattern, "(?!") && !strings.Contains(s.Pattern, `\u10FFFF`) { // What Go reads otherwise or not at all.
		differs("pattern", bare(f.Tag.Get("pattern")), bare(s.Pattern))
	}
	enum := strings.Fields(f.Tag.Get("enum"))
	slices.Sort(enum)
	differs("enum", strings.Join(enum, " "), strings.Join(slices.Sorted(slices.Values(s.Enum)), " "))
}

// bounds are the limits of a shape that say something.
func (s *shape) bounds() (low, top string) {
	if s.Min != nil && *s.Min > 0 {
		low = fmt.Sprint(int64(*s.Min))
	}
	if s.Max != nil && *s.Max < unlimited {
		top = fmt.Sprint(int64(*s.Max))
	}
	return low, top
}

// bare is a pattern without anchors around the whole, which every pattern has here.
func bare(pattern string) string {
	return strings.TrimSuffix(strings.TrimPrefix(pattern, "^"), "$")
}
