package apply_test

import (
	"testing"

	"github.com/inlet-data/inlet/internal/flow/apply"
	"github.com/inlet-data/inlet/internal/flow/source"
)

func (w *world) ddl(verb source.Verb, t *source.Table, statement string) {
	w.log = append(w.log, &source.DDL{Verb: verb, Table: t.Name, Statement: statement, Shape: t})
}

// TestAlter changes tables between rows of one batch.
func TestAlter(t *testing.T) {
	w := start(t)
	tg := w.target(t, nil)
	id, a, b, c := col("id!", bigint), col("a", varchar(10)), col("b", integer), col("c", varchar(10))
	tests := []struct {
		name      string
		from, to  *source.Table
		statement string
		after     []string // Rows of the second shape.
		want      []string
		columns   string
		handle    apply.Handle
	}{
		{"22 drop a column in the middle", table("drop", id, a, b, c), table("drop", id, a, c), "ALTER TABLE `drop` DROP COLUMN b, ADD KEY x (c)",
			[]string{"3|3a|3c"}, []string{"1|1a|1c", "2|2a|2c", "3|3a|3c"}, "id, a, c", apply.Handle{Altered: true}},
		{"add columns", table("added", id, a, b, c), table("added", id, col("first", bigint), a, b, c), "ALTER TABLE added ADD first BIGINT FIRST",
			[]string{"3|33|3a|3|3c"}, []string{"1|1a|1|1c|∅", "2|2a|2|2c|∅", "3|3a|3|3c|33"}, "*", apply.Handle{Altered: true}},
		{"rename", table("renamed", id, a, b, c), table("renamed", id, a, b, col("order", varchar(10))), "alter table renamed change c `order` varchar(10), comment 'drop column a'",
			[]string{"3|3a|3|3c"}, []string{"1|1a|1|1c", "2|2a|2|2c", "3|3a|3|3c"}, `id, a, b, "order"`, apply.Handle{Altered: true}},
		{"rename without a statement", table("silent", id, a, b, c), table("silent", id, a, b, col("z", varchar(10))), "",
			[]string{"3|3a|3|3c"}, []string{"1|1a|1|1c", "2|2a|2|2c", "3|3a|3|3c"}, `id, a, b, z`, apply.Handle{Altered: true}},
		{"widen text", table("wider", id, a, b, c), table("wider", id, a, b, col("c", varchar(40))), "ALTER TABLE wider MODIFY c VARCHAR(10)",
			[]string{"3|3a|3|longer than ten bytes"}, []string{"1|1a|1|1c", "2|2a|2|2c", "3|3a|3|longer than ten bytes"}, "id, a, b, c", apply.Handle{Altered: true}},
		{"another type", table("retyped", id, a, b, c), table("retyped", id, a, col("b", bigint), c), "ALTER TABLE retyped MODIFY b BIGINT",
			[]string{"3|3a|99999999999|3c"}, []string{"1|1a|1|1c", "2|2a|2|2c", "3|3a|99999999999|3c"}, "id, a, b, c", apply.Handle{Altered: true}},
		{"not followed", table("kept", id, a, b, c), table("kept", id, a, c), "ALTER TABLE kept DROP COLUMN b",
			[]string{"3|3a|3c"}, []string{"1|1a|1|1c", "2|2a|2|2c", "3|3a|∅|3c"}, "id, a, b, c", apply.Handle{}},
		{"column not followed", table("less", id, a, b, c), table("less", id, a, b, c, col("d", integer)), "ALTER TABLE less ADD d INT",
			[]string{"3|3a|3|3c|4"}, []string{"1|1a|1|1c", "2|2a|2|2c", "3|3a|3|3c"}, "*", apply.Handle{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w.insert(tt.from, "1|1a|1|1c", "2|x|2|2c")
			w.update(tt.from, "2|?|?|?", "2|2a|?|?")
			w.ddl(source.Alter, tt.to, tt.statement)
			w.commit()
			w.insert(tt.to, tt.after...)
			w.commit()
			conf := w.config(tg)
			conf.Handle = tt.handle
			w.apply(t, conf)
			compare(t, "table", tt.want, w.SQL(t, "SELECT "+tt.columns+" FROM shop."+`"`+tt.to.Name.Table+`"`))
		})
	}
}

// TestKeptColumns leaves alone what others added to the target's table.
func TestKeptColumns(t *testing.T) {
	w := start(t)
	w.SQL(t, "CREATE SCHEMA shop; CREATE TABLE shop.t (id BIGINT NOT NULL PRIMARY KEY, note VARCHAR(20) DEFAULT 'new', name VARCHAR(10)); INSERT INTO shop.t VALUES (1, 'mine', 'a'), (2, 'too', 'b')")
	tab := table("t", col("id!", bigint), col("name", varchar(10)))
	w.update(tab, "1|a", "1|A")
	w.update(tab, "2|b", "3|?")
	w.insert(tab, "4|d")
	w.update(tab, "5|e", "5|E")
	w.commit()
	w.apply(t, w.config(w.target(t, nil)))
	compare(t, "rows", []string{"1|mine|A", "3|too|b", "4|new|d", "5|new|E"}, w.SQL(t, "SELECT * FROM shop.t"))
}

// TestDropAndCreate drops and makes a table within a batch.
func TestDropAndCreate(t *testing.T) {
	w := start(t)
	one, two := table("t", col("id!", bigint), col("a", varchar(10))), table("t", col("id!", bigint), col("b", integer))
	w.insert(one, "1|a")
	w.commit()
	w.log = append(w.log, &source.DDL{Verb: source.Drop, Table: one.Name})
	w.commit()
	w.ddl(source.Create, two, "CREATE TABLE t")
	w.commit()
	w.insert(two, "7|7")
	w.commit()
	w.apply(t, w.config(w.target(t, nil)))
	compare(t, "rows", []string{"7|7"}, w.SQL(t, "SELECT * FROM shop.t"))
}

// TestDropUnseen drops a table of which no row came.
func TestDropUnseen(t *testing.T) {
	w := start(t)
	w.SQL(t, "CREATE SCHEMA shop; CREATE TABLE shop.a (id BIGINT); CREATE TABLE shop.b (id BIGINT)")
	a, b := table("a", col("id!", bigint)), table("b", col("id!", bigint))
	w.log = append(w.log, &source.DDL{Verb: source.Drop, Table: a.Name}, &source.DDL{Verb: source.Truncate, Table: b.Name, Shape: b})
	w.commit()
	w.log = append(w.log, &source.DDL{Verb: source.Rename, Table: b.Name, To: source.Name{Schema: "shop", Table: "c"}, Shape: b})
	w.insert(b, "1")
	w.commit()
	c := w.config(w.target(t, nil))
	w.apply(t, c)
	compare(t, "tables", []string{"b"}, w.SQL(t, "SELECT DISTINCT table_name FROM svv_columns WHERE table_schema = 'shop'"))
}
