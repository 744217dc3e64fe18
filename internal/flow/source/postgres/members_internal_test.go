package postgres

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/source"
)

func TestMembership(t *testing.T) {
	a, b, c := source.Name{Schema: "s", Table: "a"}, source.Name{Schema: "s", Table: "b"}, source.Name{Schema: "s", Table: "c"}
	var m membership
	if m.any() || m.suffix() != "" {
		t.Error("something is followed before changes are")
	}
	m.meet([]member{{name: c, number: 90}}, []source.Name{c})
	m.begin("", 0)
	steps := []struct {
		name   string
		again  []source.Name
		got    func() []source.Name
		suffix string
	}{
		{"a position without a mark", nil, func() []source.Name { return m.follow([]member{{1, a, 20}, {2, b, 30}}) }, " 30"},
		{"the same", nil, func() []source.Name { return m.follow([]member{{1, a, 20}, {2, b, 30}}) }, " 30"},
		{"a new one that nobody met", []source.Name{c}, func() []source.Name { return m.follow([]member{{3, c, 40}}) }, " 30"},
		{"a new one", nil, func() []source.Name {
			m.meet([]member{{1, a, 50}, {3, c, 40}}, []source.Name{a, c})
			return m.follow([]member{{3, c, 40}})
		}, " 40"},
		{"one added again", []source.Name{a}, func() []source.Name { return m.follow([]member{{1, a, 50}}) }, " 40"},
		{"one that was dropped and made again", nil, func() []source.Name {
			m.forget(a)
			m.meet([]member{{4, a, 50}}, []source.Name{a})
			return m.follow([]member{{4, a, 50}})
		}, " 50"},
		{"which are followed", []source.Name{a, c}, func() []source.Name { m.forget(b); return m.known([]source.Name{a, b, c}) }, " 50"},
		{"another run", []source.Name{b}, func() []source.Name { m.end(nil); m.begin("", 50); return m.follow([]member{{1, a, 50}, {2, b, 60}}) }, " 50"},
	}
	for _, tt := range steps {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.again, tt.got()); diff != "" || m.suffix() != tt.suffix || !m.any() {
				t.Errorf("mark %q, want %q; tables differ (-want +got):\n%s", m.suffix(), tt.suffix, diff)
			}
		})
	}
}

func TestPositionMark(t *testing.T) {
	tests := []struct {
		position source.Position
		at       lsn
		mark     uint32
		ok       bool
	}{
		{"00000001/0000000A", 1<<32 | 10, 0, true},
		{"00000001/0000000A 4294967295", 1<<32 | 10, 1<<32 - 1, true},
		{"00000001/0000000A ", 0, 0, false},
		{"00000001/0000000A x", 0, 0, false},
		{"00000001/0000000A 1 2", 0, 0, false},
		{"", 0, 0, false},
	}
	for _, tt := range tests {
		at, mark, err := parsePosition(tt.position)
		if at != tt.at || mark != tt.mark || (err == nil) != tt.ok {
			t.Errorf("%q: %v, %d, %v", tt.position, at, mark, err)
		}
	}
}
