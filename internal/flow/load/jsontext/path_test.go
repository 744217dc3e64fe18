package jsontext

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParsePath(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []step
	}{
		{"$", nil},
		{"$.a", []step{{"a", -1}}},
		{"$.a.b[2]", []step{{"a", -1}, {"b", -1}, {"", 2}}},
		{"$['a b']['c'][0]", []step{{"a b", -1}, {"c", -1}, {"", 0}}},
		{`$["a"]`, []step{{"a", -1}}},
		{"$[3]", []step{{"", 3}}},
	} {
		got, err := parsePath(tt.text)
		if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(step{})); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", tt.text, err, diff)
		}
	}
}

func TestParsePathRefuses(t *testing.T) {
	for _, text := range []string{"", "a", "$a", "$.", "$..a", "$.*", "$[*]", "$[-1]", "$['a'", "$['']", "$.a['b']", "$[?(@.a)]", "$[1", "$[99999999999]"} {
		if got, err := parsePath(text); err == nil {
			t.Errorf("%q gave %v", text, got)
		}
	}
}

func TestPaths(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []string
		bad        bool
	}{
		{"two paths", `{"jsonpaths": ["$.a", "$.b"]}`, []string{"$.a", "$.b"}, false},
		{"another key", `{"paths": ["$.a"]}`, nil, false},
		{"malformed", `{"jsonpaths": ["$.a"`, nil, true},
		{"a second object", `{"jsonpaths": ["$.a"]} {}`, nil, true},
		{"no strings", `{"jsonpaths": [1]}`, nil, true},
		{"nothing", `{"jsonpaths": []}`, nil, true},
		{"an array", `["$.a"]`, nil, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Paths([]byte(tt.text))
			if diff := cmp.Diff(tt.want, got); diff != "" || (err != nil) != tt.bad {
				t.Errorf("%v\n%s", err, diff)
			}
		})
	}
}

func TestSpan(t *testing.T) {
	for _, tt := range []struct {
		text  string
		n     int
		whole bool
	}{
		{`{"a":1} {`, 7, true},
		{`{"a":"}\"}"} x`, 12, true},
		{`{"a":"\\"}`, 10, true},
		{`{"a":[{}]}`, 10, true},
		{`{"a":1`, 6, false},
		{`{"a`, 3, false},
		{`, {`, 1, true},
		{`abc{}`, 3, true},
		{`12`, 2, false},
		{`]`, 1, false},
	} {
		if n, whole := span([]byte(tt.text)); n != tt.n || whole != tt.whole {
			t.Errorf("%q: %d %v", tt.text, n, whole)
		}
	}
}
