package workload

import (
	"fmt"
	"strings"
)

// dialect is how a database words what the workload does.
type dialect struct {
	text, moment string // Types.
	series       string // FROM numbers seq, from 1 to %d.
	chance       string // Text of so many times 32 random characters.
	upsert       string // What follows INSERT … VALUES to update rows that are there; %s is the key.
	skip         [2]string
	escapes      bool
	print        map[byte]string // How a column of a kind is printed as the warehouse prints it.
	keyless      string          // What a table without key needs besides.
	alterations  []string
}

func (mariadb) words() dialect {
	return dialect{
		text: "mediumtext", moment: "datetime(6)", series: "shop.seq_1_to_%d", chance: "REPEAT(MD5(RAND()), %d)", upsert: "ON DUPLICATE KEY UPDATE v = VALUES(v), amount = amount + 1",
		skip: [2]string{"INSERT IGNORE", ""}, escapes: true,
		print:       map[byte]string{'t': "DATE_FORMAT(%s, '%%Y-%%m-%%d %%H:%%i:%%s.%%f')", 'n': "%s", 's': "%s"},
		alterations: []string{"ADD COLUMN %s int", "ADD COLUMN %s varchar(10) FIRST", "ADD COLUMN %s varchar(20) AFTER n"},
	}
}

func (postgresql) words() dialect {
	return dialect{
		text: "text", moment: "timestamp(6)", series: "generate_series(1, %d) AS s(seq)", chance: "(SELECT string_agg(md5(random()::text), '') FROM generate_series(1, %d))",
		upsert: "ON CONFLICT (%s) DO UPDATE SET v = EXCLUDED.v, amount = t.amount + 1", skip: [2]string{"INSERT", "ON CONFLICT DO NOTHING"},
		print:       map[byte]string{'t': "to_char(%s, 'YYYY-MM-DD HH24:MI:SS.US')", 'n': "%s", 's': "%s"},
		keyless:     "ALTER TABLE shop.%s REPLICA IDENTITY FULL",
		alterations: []string{"ADD COLUMN %s int", "ADD COLUMN %s varchar(10)"},
	}
}

// quote writes a literal.
func (d dialect) quote(s string) string {
	if d.escapes {
		s = strings.ReplaceAll(s, `\`, `\\`)
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// kind is a kind of table, by its key.
type kind struct {
	name, key  string // Of CREATE TABLE.
	columns    string // Of the key.
	constraint string
}

var kinds = []kind{
	{name: "number", columns: "n", constraint: ", PRIMARY KEY (n)"},
	{name: "words", columns: "sku, n", constraint: ", PRIMARY KEY (sku, n)"},
	{name: "distinct", columns: "n", constraint: ", UNIQUE (n)"},
	{name: "keyless"},
}

// create makes a table of a kind.
func (d dialect) create(name string, k kind) []string {
	all := []string{fmt.Sprintf("CREATE TABLE shop.%s (n int NOT NULL, sku varchar(20) NOT NULL, v varchar(40), amount decimal(12,2), body %s, at %s, born date%s)",
		name, d.text, d.moment, k.constraint)}
	if k.name == "keyless" && d.keyless != "" {
		all = append(all, fmt.Sprintf(d.keyless, name))
	}
	if k.name == "distinct" && d.keyless != "" {
		all = append(all, fmt.Sprintf("ALTER TABLE shop.%[1]s REPLICA IDENTITY USING INDEX %[1]s_n_key", name))
	}
	return all
}
