package postgres

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// look is how often the catalog is asked for tables that went away, of which the log says nothing.
const look = 2 * time.Second

// catalog answers questions about tables beside the stream, one at a time.
type catalog struct {
	mu sync.Mutex
	c  *conn

	watched map[uint32]source.Name // Tables that are followed.
	missing []gone                 // Those that were gone before the stream began.

	found chan finding
	end   chan struct{}
	ended chan struct{}
}

// finding is what became of tables, seen at a place in the log that the stream has yet to reach.
type finding struct {
	at      lsn
	dropped []gone
	renamed []moved
	err     error
}

// gone is a table that is dropped; without a number it was so before the stream began.
type gone struct {
	oid  uint32
	name source.Name
}

// moved is a table with another name than before.
type moved struct {
	oid      uint32
	from, to source.Name
	shape    *source.Table
}

// watch begins to look after the tables that a sink wants.
func (c *conn) watch(sink source.Sink, tables []source.Name) (*catalog, error) {
	g := &catalog{c: c, watched: map[uint32]source.Name{}, found: make(chan finding, 1), end: make(chan struct{}), ended: make(chan struct{})}
	p, err := c.publication()
	if err != nil {
		return nil, err
	}
	if !p.found {
		return nil, c.owner.publicationGone(nil) // The server would say so with the first change, or from version 18 on not at all.
	}
	if len(tables) == 0 {
		tables = p.tables
	}
	rows, err := c.query("SELECT c.oid, n.nspname, c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p')")
	if err != nil {
		return nil, err
	}
	oids := map[source.Name]uint32{}
	for _, r := range rows {
		oid, err := strconv.ParseUint(r[0], 10, 32)
		if err != nil {
			return nil, errMalformed
		}
		oids[source.Name{Schema: r[1], Table: r[2]}] = uint32(oid)
	}
	for _, n := range tables {
		if oid := oids[n]; sink.Wants(n) && oid != 0 {
			g.watched[oid] = n
		} else if oid == 0 && sink.Wants(n) {
			g.missing = append(g.missing, gone{name: n})
			c.owner.members.forget(n)
		}
	}
	if err := g.published(p); err != nil {
		return nil, err
	}
	go g.run()
	return g, nil
}

func (g *catalog) close() {
	close(g.end)
	<-g.ended
}

func (g *catalog) run() {
	defer close(g.ended)
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		if f, news := g.ask(); news {
			select {
			case g.found <- f:
			case <-g.end:
				return
			}
			if f.err != nil {
				return
			}
		}
		select {
		case <-tick.C:
		case <-g.end:
			return
		}
	}
}

// ask compares the watched tables with the catalog. The place is read after it: all
// that the log has of a table that is gone stands before.
func (g *catalog) ask() (finding, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	f := finding{dropped: g.missing}
	g.missing = nil
	now, err := g.names()
	if err != nil {
		return f, false // The stream learns of a broken connection by itself.
	}
	for oid, name := range g.watched {
		switch is, ok := now[oid]; {
		case !ok:
			f.dropped = append(f.dropped, gone{oid, name})
			delete(g.watched, oid)
			g.c.owner.members.forget(name)
		case is != name:
			m := moved{oid: oid, from: name, to: is}
			if t, err := g.c.describe(is); err == nil {
				m.shape = &t.Table
			}
			f.renamed = append(f.renamed, m)
			g.watched[oid] = is
			g.c.owner.members.forget(name)
		}
	}
	p, err := g.c.publication()
	if err != nil {
		return f, false
	}
	g.meet(p)
	f.err = g.published(p)
	row, err := g.c.one("SELECT pg_current_wal_insert_lsn()")
	if err != nil {
		return f, false
	}
	f.at, _ = parseLSN(row[0])
	return f, len(f.dropped)+len(f.renamed) > 0 || f.err != nil
}

func (g *catalog) names() (map[uint32]source.Name, error) {
	list := make([]string, 0, len(g.watched))
	for oid := range g.watched {
		list = append(list, strconv.FormatUint(uint64(oid), 10))
	}
	rows, err := g.c.query("SELECT c.oid, n.nspname, c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = ANY (string_to_array($1, ',')::oid[])", strings.Join(list, ","))
	if err != nil {
		return nil, err
	}
	all := make(map[uint32]source.Name, len(rows))
	for _, r := range rows {
		oid, err := strconv.ParseUint(r[0], 10, 32)
		if err != nil {
			return nil, errMalformed
		}
		all[uint32(oid)] = source.Name{Schema: r[1], Table: r[2]}
	}
	return all, nil
}

// meet begins to watch tables that were selected and published since.
func (g *catalog) meet(p publication) {
	selected := map[source.Name]bool{}
	for _, n := range g.c.owner.tables() {
		selected[n] = true
	}
	for _, m := range p.members {
		if g.watched[m.oid] == (source.Name{}) && selected[m.name] {
			g.watched[m.oid] = m.name
			g.c.owner.members.meet([]member{m}, []source.Name{m.name}) // One before it was told to be gone.
		}
	}
}

// published is the fault of tables that somebody took out of the publication, also when they are back.
func (g *catalog) published(p publication) error {
	if !p.found {
		return g.c.owner.publicationGone(nil)
	}
	members := make(map[uint32]member, len(p.members))
	for _, m := range p.members {
		members[m.oid] = m
	}
	var missing []source.Name
	var followed []member
	for oid, name := range g.watched {
		if m, ok := members[oid]; ok {
			m.name = name // As it was when the catalog was asked.
			followed = append(followed, m)
		} else if !p.all {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return g.c.owner.notPublished(sorted(missing))
	}
	if again := g.c.owner.members.follow(followed); len(again) > 0 {
		return g.c.owner.addedAgain(again)
	}
	return nil
}

// shape is the table of a relation.
func (g *catalog) shape(r *relation) (*table, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.c.shape(r)
}

// exists reports whether a table is there still, under whatever name.
func (g *catalog) exists(oid uint32) (bool, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	rows, err := g.c.query("SELECT FROM pg_class WHERE oid = $1::oid", strconv.FormatUint(uint64(oid), 10))
	return len(rows) > 0, err
}

// learn tells what became of tables once the stream is past it.
func (f *stream) learn(g *catalog) error {
	if f.news == nil {
		select {
		case n := <-g.found:
			f.news = &n
		default:
			return nil
		}
	}
	if f.inside || f.at < f.news.at {
		return nil
	}
	n := f.news
	f.news = nil
	if n.err != nil {
		return n.err
	}
	for _, d := range n.dropped {
		if err := f.dropped(d); err != nil {
			return err
		}
	}
	for _, m := range n.renamed {
		if err := f.moved(m); err != nil {
			return err
		}
	}
	return f.commit(f.at+1, f.when) // A place of its own, which no record has: it follows what was told there.
}

// dropped tells of a table that is gone, and forgets it, unless the stream had one in its place already.
func (f *stream) dropped(d gone) error {
	for oid, t := range f.seen {
		if t.relation.name != d.name {
			continue
		}
		if there, err := f.there(oid); err != nil || there {
			return err
		}
		delete(f.seen, oid)
	}
	f.current = nil
	f.chose = slices.DeleteFunc(slices.Clone(f.chose), func(n source.Name) bool { return n == d.name })
	if !f.rows.Sink.Wants(d.name) {
		return nil
	}
	return f.rows.Tell(&source.DDL{Verb: source.Drop, Table: d.name, Statement: fmt.Sprintf("DROP TABLE %s", identOf(d.name))})
}

// moved tells of a new name, unless the stream had it before the catalog was asked.
func (f *stream) moved(m moved) error {
	t := f.seen[m.oid]
	if t != nil && t.relation.name == m.to || !f.rows.Sink.Wants(m.from) && !f.rows.Sink.Wants(m.to) {
		return nil
	}
	if t == nil {
		f.rename(m.from, m.to)
		d := renaming(m.from, m.to)
		d.Shape = m.shape
		return f.rows.Tell(d)
	}
	r := *t.relation
	r.name = m.to
	next := &followed{relation: &r, was: t.was}
	if t.table != nil {
		next.was = t.table
	}
	f.seen[m.oid], f.current = next, nil
	return f.renamed(next, m.from)
}
