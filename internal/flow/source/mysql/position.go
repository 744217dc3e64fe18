package mysql

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"

	gomysql "github.com/go-mysql-org/go-mysql/mysql"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// position is a place in the binary log, as file and offset and as the set of
// transactions before it, where the server numbers them.
type position struct {
	line   line
	file   string
	offset uint64 // More than 32 bits when the file has a transaction of 4 GiB: servers put one into one file, whatever its size.
	gtid   string
	born   uint32 // When the file was made, which tells it from another of that name; 0 when it was not read.
}

// line is one server's log. Another server that takes over has files of its own, so
// each change of servers raises the generation, by which positions sort first.
type line struct {
	server     string
	generation int
}

// String prints generation, number of the file and offset with a fixed width, so
// that it sorts; then what is needed to find the place again.
func (p position) String() string {
	place := p.gtid
	if p.born != 0 {
		place += "@" + strconv.FormatUint(uint64(p.born), 10)
	}
	return fmt.Sprintf("%04d.%010d.%s %s %s %s", p.line.generation, number(p.file), sortable(p.offset), p.line.server, p.file, place)
}

// sortable prints an offset in ten digits, and one that has more so that it comes after them.
func sortable(offset uint64) string {
	if offset < 1e10 {
		return fmt.Sprintf("%010d", offset)
	}
	return fmt.Sprintf("a%020d", offset)
}

// advance goes to the end of an event, of which the log has the lower half.
func (p *position) advance(low uint32) {
	const half = 1 << 31 // Events are smaller; what goes back by less is no sign of an overflow.
	next := p.offset&^math.MaxUint32 | uint64(low)
	if next+half < p.offset {
		next += 1 << 32
	}
	p.offset = next
}

// follows reports whether the place comes later in the same order as positions.
func (p position) follows(o position) bool {
	switch n, m := number(p.file), number(o.file); {
	case p.line.generation != o.line.generation:
		return p.line.generation > o.line.generation
	case n != m:
		return n > m
	}
	return p.offset > o.offset
}

func number(file string) uint64 {
	n, err := strconv.ParseUint(file[strings.LastIndexByte(file, '.')+1:], 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func parsePosition(s source.Position) (position, error) {
	words := strings.Split(string(s), " ")
	var p position
	bad := &fault.Error{Kind: fault.Invalid, Code: "SourcePosition", Message: fmt.Sprintf("%q is not a position in a binary log", string(s))}
	if len(words) != 4 {
		return p, bad
	}
	place := strings.Split(words[0], ".")
	if len(place) != 3 {
		return p, bad
	}
	var errs [3]error
	p.line.generation, errs[0] = strconv.Atoi(place[0])
	_, errs[1] = strconv.ParseUint(place[1], 10, 64) // The name of the file says it, too.
	p.offset, errs[2] = strconv.ParseUint(strings.TrimPrefix(place[2], "a"), 10, 64)
	if errors.Join(errs[:]...) != nil {
		return p, bad
	}
	var born string
	var known bool
	p.line.server, p.file = words[1], words[2]
	if p.gtid, born, known = strings.Cut(words[3], "@"); known {
		if _, err := fmt.Sscan(born, &p.born); err != nil {
			return p, bad
		}
	}
	return p, nil
}

// lineOf is the line of a server's log: a new one when it was another server's until now.
func (s *Source) lineOf(server string) line {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.line.server != server {
		if s.line.server != "" {
			s.line.generation++
		}
		s.line.server = server
	}
	return s.line
}

// follow takes the line of a position that was kept, unless a later one is known.
func (s *Source) follow(l line) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.line.server == "" || l.generation > s.line.generation {
		s.line = l
	}
}

// Position is the end of the binary log now.
func (s *Source) Position(ctx context.Context) (source.Position, error) {
	c, err := s.connect(ctx)
	if err != nil {
		return "", err
	}
	defer c.Close()
	p, err := s.end(c)
	return source.Position(p.String()), err
}

// end asks for the end of the log.
func (s *Source) end(c *conn) (position, error) {
	row, err := c.logStatus()
	if err != nil {
		return position{}, err
	}
	offset, err := strconv.ParseUint(row[1], 10, 64)
	if err != nil {
		return position{}, fmt.Errorf("position of the binary log: %w", err)
	}
	p := position{file: row[0], offset: offset}
	if len(row) > 4 {
		p.gtid = strings.ReplaceAll(row[4], "\n", "")
		if _, err := gomysql.ParseMysqlGTIDSet(p.gtid); err != nil {
			p.gtid = "" // It has tags, which cannot be gone on from: file and offset must do.
		}
	}
	return s.locate(c, p)
}

// locate adds to a file and offset the server's line and, on MariaDB, the transactions before it.
func (s *Source) locate(c *conn, p position) (position, error) {
	server, err := c.server()
	if err != nil {
		return p, err
	}
	p.line = s.lineOf(server)
	if p.gtid == "" && p.offset > math.MaxUint32 {
		return p, p.tooFar()
	}
	if c.mariadb() {
		rows, err := c.query("SELECT BINLOG_GTID_POS(?, "+strconv.FormatUint(p.offset, 10)+")", p.file)
		if err != nil {
			return p, err
		}
		p.gtid = rows[0][0]
	}
	return p, nil
}

// tooFar is the fault of a place that commands of the server cannot name.
func (p position) tooFar() error {
	return &fault.Error{Kind: fault.Conflict, Code: CodeFar, On: fmt.Sprintf("%s:%d", p.file, p.offset), Message: "the place in the binary log is beyond 4 GiB, after a transaction of that size: it cannot be entered by file and offset, and has no GTID",
		Hint: "FLUSH BINARY LOGS begins another file; with gtid_mode=ON (MySQL; MariaDB always has GTIDs) such a place can be gone on from"}
}

// server is who the session talks to, among the servers of one database.
func (c *conn) server() (string, error) {
	variable := "@@server_uuid"
	if c.mariadb() {
		variable = "@@server_id"
	}
	rows, err := c.query("SELECT " + variable)
	if err != nil {
		return "", err
	}
	return rows[0][0], nil
}

// logStatus is the row of SHOW MASTER STATUS, by the name the server has for it.
func (c *conn) logStatus() ([]string, error) {
	rows, err := c.query("SHOW MASTER STATUS")
	if codeOf(err) == errSyntax {
		rows, err = c.query("SHOW BINARY LOG STATUS") // MySQL 8.4 and later.
	}
	if codeOf(err) == errPrivilegeDenied {
		return nil, c.mayNotFollow(err)
	}
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, logOff()
	}
	return rows[0], nil
}

// freeze opens a view of the table that stays as it is, and tells of which position it is.
func (s *Source) freeze(ctx context.Context, c *conn, t *table) (source.Position, error) {
	if c.mariadb() {
		return s.freezeMariaDB(c)
	}
	// No lock outlasts the opening of the view, and only this table's writers wait for it.
	lock, err := s.connect(ctx)
	if err != nil {
		return "", err
	}
	defer lock.Close()
	if _, err := lock.query("LOCK TABLES " + identOf(t.Name) + " READ"); err != nil {
		return "", err
	}
	if err := c.openView(); err != nil {
		return "", err
	}
	p, err := s.end(lock)
	return source.Position(p.String()), err
}

func (c *conn) openView() error {
	for _, q := range []string{"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", "START TRANSACTION WITH CONSISTENT SNAPSHOT"} {
		if _, err := c.query(q); err != nil {
			return err
		}
	}
	return nil
}

// freezeMariaDB needs no lock: the server keeps the position of the view.
func (s *Source) freezeMariaDB(c *conn) (source.Position, error) {
	if err := c.openView(); err != nil {
		return "", err
	}
	rows, err := c.query("SHOW STATUS LIKE 'binlog_snapshot_%'")
	if err != nil {
		return "", err
	}
	var p position
	for _, r := range rows {
		switch strings.ToLower(r[0]) {
		case "binlog_snapshot_file":
			p.file = r[1]
		case "binlog_snapshot_position":
			if p.offset, err = strconv.ParseUint(r[1], 10, 64); err != nil {
				return "", fmt.Errorf("position of the snapshot: %w", err)
			}
		}
	}
	if p.file == "" {
		return "", logOff()
	}
	p, err = s.locate(c, p)
	return source.Position(p.String()), err
}

// pickServerID is a number that no hand-configured server has.
func pickServerID() uint32 { return 1<<31 + rand.Uint32N(1<<30) }
