package apply

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNamedColumns(t *testing.T) {
	tests := []struct {
		statement string
		want      columnChanges
	}{
		{"", columnChanges{}},
		{"ALTER TABLE t DROP COLUMN b", columnChanges{known: true, dropped: []string{"b"}}},
		{"alter table `drop` drop `order`, drop key k, drop primary key, drop if exists c", columnChanges{known: true, dropped: []string{"order", "c"}}},
		{"ALTER TABLE s.t RENAME COLUMN a TO `b``c`, RENAME TO u, RENAME INDEX x TO y", columnChanges{known: true, renamed: []renamed{{"a", "b`c"}}}},
		{"ALTER TABLE t CHANGE COLUMN a b INT, CHANGE c c BIGINT", columnChanges{known: true, renamed: []renamed{{"a", "b"}}}},
		{"ALTER TABLE t ADD COLUMN a ENUM('x, DROP COLUMN y', 'it''s') COMMENT \"drop z\" /* drop q */, ADD KEY k (a, b)", columnChanges{known: true, added: []string{"a"}}},
		{"ALTER TABLE t ADD (a INT, b INT)", columnChanges{known: true, several: true}},
		{"ALTER TABLE t DROP PARTITION p0", columnChanges{known: true}},
		{"ALTER TABLE t -- drop a\n DROP b # drop c", columnChanges{known: true, dropped: []string{"b"}}},
		{"ALTER TABLE t DROP", columnChanges{known: true}},
		{"ALTER TABLE t DROP `a", columnChanges{known: true, dropped: []string{"a"}}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, namedColumns(tt.statement), cmp.AllowUnexported(columnChanges{}, renamed{})); diff != "" {
			t.Errorf("%s:\n%s", tt.statement, diff)
		}
	}
}

func FuzzNamedColumns(f *testing.F) {
	f.Add("ALTER TABLE `a` DROP COLUMN 'b\\', \"c\"\"d\" /* x */ -- y\n, CHANGE a b INT")
	f.Fuzz(func(t *testing.T, s string) { namedColumns(s) })
}

func FuzzFields(f *testing.F) {
	f.Add([]byte(`1,"a ""b"", c",,` + "\x00"))
	f.Fuzz(func(t *testing.T, row []byte) { fields(nil, row) })
}
