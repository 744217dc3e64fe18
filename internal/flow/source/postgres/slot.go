package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// slot is what the server says of the slot.
type slot struct {
	found, active, lost bool
	pid                 string // Of the session that reads it.
	confirmed           lsn    // Changes before it are not kept.
	plugin, database    string
}

func (c *conn) slot() (slot, error) {
	rows, err := c.query("SELECT active, coalesce(wal_status, '') = 'lost', active_pid, confirmed_flush_lsn, plugin, database FROM pg_replication_slots WHERE slot_name = $1", c.owner.config.Slot)
	if err != nil || len(rows) == 0 {
		return slot{}, err
	}
	r := rows[0]
	at, _ := parseLSN(r[3])
	return slot{found: true, active: r[0] == "t", lost: r[1] == "t", pid: r[2], confirmed: at, plugin: r[4], database: r[5]}, nil
}

// foreign is the fault of a slot that is somebody else's.
func (s *Source) foreign(sl slot) error {
	if sl.plugin == "pgoutput" && sl.database == s.config.Database {
		return nil
	}
	return conflict("SourceSlot", s.config.Slot, fmt.Sprintf("the replication slot %q is of database %q and plug-in %q, not of %q and pgoutput", s.config.Slot, sl.database, sl.plugin, s.config.Database),
		"choose another name for the slot")
}

// prepare makes publication and slot when they are absent, in this order: decoding
// looks for the publication as it was when the rows were changed. It reports whether
// tables were added to what an older slot tells of.
func (c *conn) prepare(ctx context.Context) (added bool, err error) {
	made, added, err := c.publish()
	if err != nil {
		return false, err
	}
	sl, err := c.slot()
	if err != nil {
		return false, err
	}
	if sl.found {
		if err := c.owner.foreign(sl); err != nil {
			return false, err
		}
	}
	if sl.found && (sl.lost || made && !sl.active) {
		if _, err := c.query("SELECT pg_drop_replication_slot($1)", c.owner.config.Slot); err != nil {
			return false, err
		}
		sl.found = false
	}
	if sl.found {
		return added, nil
	}
	err = c.unhindered(ctx, func() error {
		_, err := c.query("SELECT pg_create_logical_replication_slot($1, 'pgoutput')", c.owner.config.Slot)
		return err
	})
	switch codeOf(err) {
	case errHasObject:
		return added, nil // Made at the same time.
	case errDenied:
		return false, c.owner.noRights(err)
	case errState:
		level, levelErr := c.one("SHOW wal_level")
		return false, errors.Join(levelErr, c.owner.notLogical(strings.Join(level, ""), err))
	}
	return false, err
}

// mark is the comment of publications that are made here, and so may be dropped here.
const mark = "made by inlet"

// publish makes the publication or adds to it what is missing.
func (c *conn) publish() (made, added bool, err error) {
	p, err := c.publication()
	if err != nil {
		return false, false, err
	}
	name := ident(c.owner.config.Publication)
	missing, err := c.unpublished(p)
	if err != nil {
		return false, false, err
	}
	members := &c.owner.members
	members.meet(p.members, c.owner.tables())
	switch lost := members.known(missing); {
	case !p.found && members.any():
		return false, false, c.owner.publicationGone(nil)
	case len(lost) > 0:
		return false, false, c.owner.notPublished(lost)
	case !p.found:
		_, err = c.query("CREATE PUBLICATION " + name + forTables(missing) + " WITH (publish_via_partition_root = true)")
		if codeOf(err) == errHasObject {
			return false, true, nil // Made at the same time.
		}
		if err == nil {
			_, err = c.query("COMMENT ON PUBLICATION " + name + " IS " + quote(mark))
		}
		return true, false, c.owner.mayNotPublish(err, missing)
	case len(missing) > 0 && p.ours:
		if _, err = c.query("ALTER PUBLICATION " + name + " ADD TABLE " + tableList(missing)); err == nil {
			p, err = c.publication()
			members.meet(p.members, missing)
		}
		return false, true, c.owner.mayNotPublish(err, missing)
	case len(missing) > 0:
		return false, false, c.owner.notPublished(missing)
	}
	return false, false, nil
}

// publication is what the server says of the publication.
type publication struct {
	found, ours, all bool
	complete         bool // It tells of all kinds of changes, as changes of the root of partitions.
	members          []member
	tables           []source.Name // Of the members.
	narrowed         []source.Name // Published in part: with a row filter or a list of columns.
}

func (c *conn) publication() (publication, error) {
	name := c.owner.config.Publication
	rows, err := c.query("SELECT puballtables, pubinsert AND pubupdate AND pubdelete AND pubtruncate AND pubviaroot, coalesce(obj_description(oid, 'pg_publication'), '') = $2 FROM pg_publication WHERE pubname = $1", name, mark)
	if err != nil || len(rows) == 0 {
		return publication{}, err
	}
	p := publication{found: true, all: rows[0][0] == "t", complete: rows[0][1] == "t", ours: rows[0][2] == "t"}
	if p.members, err = c.members(name); err != nil {
		return p, err
	}
	for _, m := range p.members {
		p.tables = append(p.tables, m.name)
	}
	if c.version() < 15 {
		return p, nil
	}
	rows, err = c.query("SELECT n.nspname, c.relname FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid JOIN pg_class c ON c.oid = r.prrelid JOIN pg_namespace n ON n.oid = c.relnamespace"+
		" WHERE p.pubname = $1 AND (r.prqual IS NOT NULL OR r.prattrs IS NOT NULL)", name)
	p.narrowed = names(rows)
	return p, err
}

// version is the server's, without what follows the point.
func (c *conn) version() int {
	n := 0
	fmt.Sscanf(c.ParameterStatus("server_version"), "%d", &n)
	return n
}

func names(rows [][]string) []source.Name {
	all := make([]source.Name, len(rows))
	for i, r := range rows {
		all[i] = source.Name{Schema: r[0], Table: r[1]}
	}
	return all
}

// followable are the tables that can be published without harm: an UPDATE of a table whose rows
// have no identity fails once it is published.
const followable = tablesFrom + ` AND c.relpersistence = 'p' AND NOT EXISTS (SELECT FROM pg_class AS x WHERE x.oid = ` + leaves + ` AND (x.relkind = 'f' OR ` + noIdentity + `)) ORDER BY 1, 2`

// unpublished are the tables that should be published and are not.
func (c *conn) unpublished(p publication) ([]source.Name, error) {
	wanted := c.owner.tables()
	if len(wanted) == 0 {
		if p.found {
			return nil, nil
		}
		rows, err := c.query(followable)
		return names(rows), err
	}
	return slices.DeleteFunc(slices.Clone(wanted), func(n source.Name) bool { return p.all || slices.Contains(p.tables, n) }), nil
}

func forTables(tables []source.Name) string {
	if len(tables) == 0 {
		return ""
	}
	return " FOR TABLE " + tableList(tables)
}

func tableList(tables []source.Name) string {
	all := make([]string, len(tables))
	for i, n := range tables {
		all[i] = identOf(n)
	}
	return strings.Join(all, ", ")
}

func (s *Source) mayNotPublish(err error, tables []source.Name) error {
	if codeOf(err) != errDenied {
		return err
	}
	return &fault.Error{Kind: fault.Denied, Code: codePublication, On: s.config.Publication, Message: "the user may not publish the tables: it neither owns them nor may create in the database", Err: err,
		Hint: "as the owner of the tables or a superuser: " + s.createPublication(tables)}
}

func (s *Source) createPublication(tables []source.Name) string {
	return "CREATE PUBLICATION " + ident(s.config.Publication) + forTables(tables) + " WITH (publish_via_partition_root = true)"
}

func (s *Source) notPublished(tables []source.Name) error {
	return conflict(codePublication, s.config.Publication, fmt.Sprintf("the publication lacks %s, so that changes would be missing", tableList(tables)),
		"ALTER PUBLICATION "+ident(s.config.Publication)+" ADD TABLE "+tableList(tables)+"; then load these tables again")
}

// Remove drops the slot, and the publication unless somebody else made it.
func (s *Source) Remove(ctx context.Context) error {
	c, err := s.connect(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.dropSlot(ctx); err != nil {
		return ended(ctx, err)
	}
	p, err := c.publication()
	if err == nil && p.ours {
		_, err = c.query("DROP PUBLICATION IF EXISTS " + ident(s.config.Publication))
	}
	return ended(ctx, err)
}

// release is how long a session that ended may still hold the slot.
const release = 10 * time.Second

func (c *conn) dropSlot(ctx context.Context) error {
	began := time.Now()
	for {
		sl, err := c.slot()
		if err != nil || !sl.found {
			return err
		}
		if !sl.active {
			_, err := c.query("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1", c.owner.config.Slot)
			if codeOf(err) != errInUse {
				return err
			}
		}
		if time.Since(began) > release {
			return c.owner.inUse(sl)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func (s *Source) inUse(sl slot) error {
	return conflict("SourceSlotInUse", s.config.Slot, fmt.Sprintf("another session, with process id %s, reads the replication slot %q", sl.pid, s.config.Slot),
		fmt.Sprintf("stop the other reader, or end its session with SELECT pg_terminate_backend(%s)", sl.pid))
}
