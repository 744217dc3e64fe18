package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// oldest is the first version that publishes partitions as their root.
const oldest = 13

// Check looks for everything that would keep the tables from being read and followed.
func (s *Source) Check(ctx context.Context, tables []source.Name) error {
	c, err := s.connect(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	if v := c.version(); v < oldest {
		return &fault.Error{Kind: fault.Unsupported, Code: "SourceVersion", Message: fmt.Sprintf("PostgreSQL %d is too old: changes of partitioned tables can be followed from version %d on", v, oldest), Hint: "upgrade the server"}
	}
	all := []error{c.checkServer(), c.checkRights(), c.checkSlot(), c.checkPublication(tables)}
	for _, name := range tables {
		all = append(all, c.checkTable(name, tables))
	}
	return ended(ctx, errors.Join(all...))
}

func (c *conn) checkServer() error {
	rows, err := c.query("SELECT name, setting FROM pg_settings WHERE name IN ('wal_level', 'wal_sender_timeout', 'max_slot_wal_keep_size', 'server_encoding', 'transaction_read_only')")
	if err != nil {
		return err
	}
	values := map[string]string{}
	for _, r := range rows {
		values[r[0]] = r[1]
	}
	row, err := c.one("SELECT pg_is_in_recovery()")
	if err != nil {
		return err
	}
	if row[0] == "t" {
		return conflict("SourceStandby", "", "the server is a standby, which takes no slot for this reader", "name the primary as the source")
	}
	var all []error
	if values["wal_level"] != "logical" {
		all = append(all, c.owner.notLogical(values["wal_level"], nil))
	}
	if n, _ := strconv.Atoi(values["wal_sender_timeout"]); n > 0 && n < 10_000 {
		all = append(all, conflict("SourceSetting", "wal_sender_timeout", fmt.Sprintf("wal_sender_timeout is %d ms: the server would cut readers off that wait for a moment", n),
			"ALTER SYSTEM SET wal_sender_timeout = '60s'; SELECT pg_reload_conf()"))
	}
	if n, _ := strconv.Atoi(values["max_slot_wal_keep_size"]); n >= 0 && n < 1024 {
		all = append(all, conflict("SourceSetting", "max_slot_wal_keep_size", fmt.Sprintf("max_slot_wal_keep_size is %d MB: after so much log without a reader the slot is invalid, and all tables must be loaded again", n),
			"ALTER SYSTEM SET max_slot_wal_keep_size = -1 (or a size that hours of writing do not fill); SELECT pg_reload_conf()"))
	}
	if values["server_encoding"] == "SQL_ASCII" {
		all = append(all, conflict("SourceEncoding", c.owner.config.Database, "the database has no encoding (SQL_ASCII), so that its text cannot be turned into UTF-8",
			"CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0, and move the tables there with pg_dump"))
	}
	return errors.Join(all...)
}

// checkRights opens a replication session, which is the only sure way to learn that it is allowed.
func (c *conn) checkRights() error {
	walsender, err := c.owner.dial(context.Background(), true)
	if err == nil {
		defer walsender.Close()
		_, err = walsender.simple("IDENTIFY_SYSTEM")
	}
	switch codeOf(err) {
	case errDenied:
		return c.owner.noRights(err)
	case errConnections:
		return &fault.Error{Kind: fault.Conflict, Code: "SourceSenders", Message: "no connection for another reader of the log is left (max_wal_senders, or max_connections)", Err: err,
			Hint: "SELECT pid, application_name FROM pg_stat_replication shows the readers; or ALTER SYSTEM SET max_wal_senders = 20 and start the server again"}
	}
	return err
}

func (c *conn) checkSlot() error {
	sl, err := c.slot()
	if err != nil {
		return err
	}
	if sl.found {
		if sl.lost {
			return c.owner.slotLost()
		}
		return c.owner.foreign(sl)
	}
	if err := c.checkOpen(); err != nil {
		return err
	}
	row, err := c.one("SELECT current_setting('max_replication_slots')::int <= count(*), string_agg(slot_name::text, ', ') FILTER (WHERE NOT active) FROM pg_replication_slots")
	if err != nil || row[0] != "t" {
		return err
	}
	err = c.owner.noSlotFree(nil)
	if f, ok := errors.AsType[*fault.Error](err); ok && row[1] != "" {
		f.Detail = "nobody reads at this time: " + row[1]
	}
	return err
}

func (c *conn) checkPublication(tables []source.Name) error {
	p, err := c.publication()
	if err != nil {
		return err
	}
	name := ident(c.owner.config.Publication)
	if !p.found {
		return c.checkPublish(tables)
	}
	var all []error
	if !p.complete {
		all = append(all, conflict(codePublication, c.owner.config.Publication, "the publication leaves out kinds of changes, or tells of partitions by their own names",
			"ALTER PUBLICATION "+name+" SET (publish = 'insert, update, delete, truncate', publish_via_partition_root = true)"))
	}
	var missing []source.Name
	for _, n := range tables {
		switch {
		case slices.Contains(p.narrowed, n):
			all = append(all, conflict(codePublication, n.String(), "the publication has a row filter or a list of columns for the table, so that changes would be missing",
				"ALTER PUBLICATION "+name+" DROP TABLE "+identOf(n)+"; ALTER PUBLICATION "+name+" ADD TABLE "+identOf(n)))
		case !p.all && !slices.Contains(p.tables, n):
			missing = append(missing, n)
		}
	}
	if len(missing) > 0 && p.ours {
		all = append(all, c.checkPublish(missing))
	} else if len(missing) > 0 {
		all = append(all, c.owner.notPublished(missing))
	}
	return errors.Join(all...)
}

// checkPublish looks for the rights to publish tables: each must be the user's own.
func (c *conn) checkPublish(tables []source.Name) error {
	row, err := c.one("SELECT rolsuper, has_database_privilege(current_database(), 'CREATE') FROM pg_roles WHERE rolname = current_user")
	if err != nil || row[0] == "t" {
		return err
	}
	list := make([]string, len(tables))
	for i, n := range tables {
		list[i] = identOf(n)
	}
	owned, err := c.one("SELECT count(*) FROM unnest(string_to_array($1, chr(31))) AS u (t) JOIN pg_class AS c ON c.oid = to_regclass(t) WHERE NOT pg_has_role(c.relowner, 'USAGE')", strings.Join(list, "\x1f"))
	if err != nil || owned[0] == "0" && row[1] == "t" {
		return err
	}
	return &fault.Error{Kind: fault.Denied, Code: codePublication, On: c.owner.config.Publication, Message: "the user may not publish the tables: who does must own them, and may create in the database",
		Hint: "as the owner of the tables or a superuser: " + c.owner.createPublication(tables)}
}
