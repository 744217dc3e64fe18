package postgres

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// member is a table of a publication. Its number is the one of the catalog's row by which it is
// published, or its own: a table that is taken out and added again gets another, a higher one, and
// so has a table that took the name of one before.
type member struct {
	oid    uint32
	name   source.Name
	number uint32
}

// membersQuery takes the oldest of the rows that publish a table: only when all are new something was missed.
const membersQuery = `SELECT c.oid, t.schemaname, t.tablename, greatest(c.oid::bigint, (SELECT min(m.oid) FROM (SELECT p.oid::bigint WHERE p.puballtables
 UNION ALL SELECT r.oid::bigint FROM pg_publication_rel AS r WHERE r.prpubid = p.oid AND r.prrelid = c.oid%s) AS m (oid)))
 FROM pg_publication_tables AS t JOIN pg_publication AS p USING (pubname) JOIN pg_namespace AS n ON n.nspname = t.schemaname JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = t.tablename
 WHERE t.pubname = $1`

const bySchema = ` UNION ALL SELECT s.oid::bigint FROM pg_publication_namespace AS s WHERE s.pnpubid = p.oid AND s.pnnspid = n.oid`

func (c *conn) members(publication string) ([]member, error) {
	schemas := ""
	if c.version() >= 15 {
		schemas = bySchema
	}
	rows, err := c.query(fmt.Sprintf(membersQuery, schemas), publication)
	if err != nil {
		return nil, err
	}
	all := make([]member, len(rows))
	for i, r := range rows {
		oid, err1 := strconv.ParseUint(r[0], 10, 32)
		number, err2 := strconv.ParseUint(r[3], 10, 32)
		if err1 != nil || err2 != nil {
			return nil, errMalformed
		}
		all[i] = member{uint32(oid), source.Name{Schema: r[1], Table: r[2]}, uint32(number)}
	}
	return all, nil
}

// membership is what is known of the tables whose changes are followed.
type membership struct {
	mu       sync.Mutex
	followed map[source.Name]uint32          // The numbers of tables, 0 where they were not looked at yet.
	since    map[source.Name]source.Position // From where on changes of tables count that were followed before.
	mark     uint32                          // The highest number that a table of this reader had, 0 when none is known.
}

// expect notes tables that were followed before.
func (m *membership) expect(since map[source.Name]source.Position) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.followed, m.since = map[source.Name]uint32{}, since
	for n := range since {
		m.followed[n] = 0
	}
}

// begin takes the position that changes are followed from, with its mark. A table that was read
// after it may have been published after it.
func (m *membership) begin(from source.Position, mark uint32) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.mark = mark; m.followed == nil {
		m.followed = map[source.Name]uint32{}
	}
	later := map[source.Name]source.Position{}
	for n, at := range m.since {
		if at.After(from) {
			later[n] = at
		}
	}
	m.since = later
}

// end forgets all tables, so that a new beginning publishes what it needs; not so when it was
// the publication that ended the reading.
func (m *membership) end(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if fault.CodeOf(err) != codePublication {
		m.followed = nil
	}
}

// follow takes tables in, and returns those that were published anew since they were followed.
func (m *membership) follow(all []member) (again []source.Name) {
	m.mu.Lock()
	defer m.mu.Unlock()
	mark := m.mark
	for _, one := range all {
		was := m.followed[one.name]
		_, later := m.since[one.name]
		if was != 0 && was != one.number || was == 0 && mark > 0 && one.number > mark && !later {
			again = append(again, one.name)
			continue
		}
		m.followed[one.name] = one.number
		m.mark = max(m.mark, one.number)
	}
	return again
}

// forget drops a table that is gone, or has another name.
func (m *membership) forget(name source.Name) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.followed, name)
}

// known are those of some tables that are followed.
func (m *membership) known(tables []source.Name) []source.Name {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(tables), func(n source.Name) bool { _, ok := m.followed[n]; return !ok })
}

// any reports whether tables are followed.
func (m *membership) any() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.followed) > 0
}

// meet notes tables that are published now, and will be loaded after that.
func (m *membership) meet(all []member, wanted []source.Name) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, one := range all {
		if _, known := m.followed[one.name]; !known && m.mark > 0 && slices.Contains(wanted, one.name) {
			m.mark = max(m.mark, one.number)
		}
	}
}

// told notes a table that the sink was told of as a new one.
func (m *membership) told(oid uint32) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.mark > 0 {
		m.mark = max(m.mark, oid)
	}
}

// suffix is the mark as positions carry it.
func (m *membership) suffix() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.mark == 0 {
		return ""
	}
	return " " + strconv.FormatUint(uint64(m.mark), 10)
}

func sorted(names []source.Name) []source.Name {
	slices.SortFunc(names, func(a, b source.Name) int { return strings.Compare(a.String(), b.String()) })
	return names
}

// addedAgain is the fault of tables whose changes were not published for a while.
func (s *Source) addedAgain(tables []source.Name) error {
	return conflict(codePublication, s.config.Publication, fmt.Sprintf("%s was taken out of the publication and added again, or another table took its name: changes between are missing", tableList(sorted(tables))),
		"load the tables again; SELECT tablename FROM pg_publication_tables WHERE pubname = "+quote(s.config.Publication)+" lists what is published now")
}
