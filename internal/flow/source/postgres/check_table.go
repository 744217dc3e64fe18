package postgres

import (
	"errors"
	"fmt"
	"slices"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// noIdentity is the condition for a relation x of whose old rows the log does not tell; a
// primary key that is checked late does not count.
const noIdentity = `(x.relreplident = 'n' OR x.relreplident <> 'f' AND NOT EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = x.oid AND i.indisvalid AND i.indimmediate
 AND CASE x.relreplident WHEN 'i' THEN i.indisreplident ELSE i.indisprimary END))`

const (
	kindQuery = `SELECT c.relkind, c.relispartition, c.relpersistence, has_schema_privilege(n.oid, 'USAGE') AND has_any_column_privilege(c.oid, 'SELECT'),
 (SELECT count(*) FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND NOT has_column_privilege(c.oid, a.attnum, 'SELECT')),
 row_security_active(c.oid), coalesce(pg_partition_root(c.oid)::regclass::text, ''), coalesce(pn.nspname, ''), coalesce(pc.relname, '')
 FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace LEFT JOIN pg_class AS pc ON pc.oid = pg_partition_root(c.oid) LEFT JOIN pg_namespace AS pn ON pn.oid = pc.relnamespace
 WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')`

	leavesQuery = `SELECT xn.nspname, x.relname, x.relkind, x.relpersistence, x.relreplident, ` + noIdentity + ` FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
 JOIN pg_class AS x ON x.oid = ` + leaves + ` JOIN pg_namespace AS xn ON xn.oid = x.relnamespace WHERE n.nspname = $1 AND c.relname = $2 ORDER BY 1, 2`

	// uniqueQuery is an index that can be made the replica identity.
	uniqueQuery = `SELECT ic.relname FROM pg_index AS i JOIN pg_class AS ic ON ic.oid = i.indexrelid JOIN pg_class AS c ON c.oid = i.indrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE n.nspname = $1 AND c.relname = $2 AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL
 AND NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum = ANY (i.indkey) AND NOT a.attnotnull) ORDER BY i.indnkeyatts, 1 LIMIT 1`
)

var kinds = map[string]string{"v": "a view", "m": "a materialized view", "f": "a foreign table"}

// checkTable looks at one of the tables that are to be replicated together.
func (c *conn) checkTable(name source.Name, together []source.Name) error {
	rows, err := c.query(kindQuery, name.Schema, name.Table)
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		_, err := c.describe(name)
		return err
	}
	r := rows[0]
	if what, ok := kinds[r[0]]; ok {
		return &fault.Error{Kind: fault.Unsupported, Code: "SourceTable", On: name.String(), Message: "the relation is " + what + ", whose rows the log does not hold", Hint: "leave it out of the selection, and select the tables it reads"}
	}
	var all []error
	if r[1] == "t" {
		all = append(all, partition(name, source.Name{Schema: r[7], Table: r[8]}, together))
	}
	if r[2] != "p" {
		all = append(all, unlogged(name))
	}
	if r[3] != "t" || r[4] != "0" {
		user := ident(c.owner.config.User)
		all = append(all, &fault.Error{Kind: fault.Denied, Code: "SourceGrant", On: name.String(), Message: "the user may not read the table, or not all of its columns",
			Hint: fmt.Sprintf("GRANT USAGE ON SCHEMA %s TO %s; GRANT SELECT ON %s TO %s", ident(name.Schema), user, identOf(name), user)})
	}
	if r[5] == "t" {
		all = append(all, conflict("SourceRowSecurity", name.String(), "row-level security hides rows of the table from the user", "ALTER ROLE "+ident(c.owner.config.User)+" BYPASSRLS"))
	}
	_, err = c.describe(name)
	return errors.Join(append(all, err, c.checkIdentity(name))...)
}

func partition(name, root source.Name, together []source.Name) error {
	message := fmt.Sprintf("the table is a partition of %s, under whose name its changes come", root)
	hint := fmt.Sprintf("select %s instead: its rows are those of all partitions", root)
	if slices.Contains(together, root) {
		message, hint = message+"; both together would bring its rows twice", "leave the partition out of the selection"
	}
	return conflict("SourcePartition", name.String(), message, hint)
}

func unlogged(name source.Name) error {
	return conflict("SourceUnlogged", name.String(), "the table is unlogged or temporary: the log does not hold its changes", "ALTER TABLE "+identOf(name)+" SET LOGGED")
}

// checkIdentity looks at each relation that holds rows: in the log it is the partition that counts.
func (c *conn) checkIdentity(name source.Name) error {
	rows, err := c.query(leavesQuery, name.Schema, name.Table)
	if err != nil {
		return err
	}
	var all []error
	for _, r := range rows {
		leaf := source.Name{Schema: r[0], Table: r[1]}
		switch {
		case r[2] == "f":
			all = append(all, conflict("SourcePartition", name.String(), fmt.Sprintf("the partition %s is a foreign table, whose changes the log does not hold", leaf), "ALTER TABLE "+identOf(name)+" DETACH PARTITION "+identOf(leaf)))
		case r[3] != "p" && leaf != name:
			all = append(all, unlogged(leaf))
		case r[5] == "t":
			all = append(all, c.identity(leaf, r[4]))
		}
	}
	return errors.Join(all...)
}

// identity says how a table gets a replica identity, without which it cannot even be
// changed any more once it is published.
func (c *conn) identity(name source.Name, now string) error {
	table := "ALTER TABLE " + identOf(name)
	if rows, err := c.query(uniqueQuery, name.Schema, name.Table); err != nil {
		return err
	} else if len(rows) > 0 {
		hint := table + " REPLICA IDENTITY USING INDEX " + ident(rows[0][0])
		return conflict(CodeNoKey, name.String(), "the table's replica identity is not set to its unique index, so that the log does not say which rows were changed", hint)
	}
	message := "the table has no primary key and no unique index of columns that are never NULL, so that the log does not say which rows were changed"
	if now == "n" {
		message = "the table's replica identity is NOTHING, so that the log does not say which rows were changed"
	}
	return conflict(CodeNoKey, name.String(), message, table+" ADD PRIMARY KEY (…), or "+table+" REPLICA IDENTITY FULL, which is slower")
}
