package mysql

import (
	"context"
	"fmt"
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
	offset uint32
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
	return fmt.Sprintf("%04d.%010d.%010d %s %s %s", p.line.generation, number(p.file), p.offset, p.line.server, p.file, place)
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
	var n uint64
	bad := &fault.Error{Kind: fault.Invalid, Code: "SourcePosition", Message: fmt.Sprintf("%q is not a position in a binary log", string(s))}
	if len(words) != 4 {
		return p, bad
	}
	if _, err := fmt.Sscanf(words[0], "%d.%d.%d", &p.line.generation, &n, &p.offset); err != nil {
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
	offset, err := strconv.ParseUint(row[1], 10, 32)
	if err != nil {
		return position{}, fmt.Errorf("position of the binary log: %w", err)
	}
	p := position{file: row[0], offset: uint32(offset)}
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
	if c.mariadb() {
		rows, err := c.query("SELECT BINLOG_GTID_POS(?, "+strconv.FormatUint(uint64(p.offset), 10)+")", p.file)
		if err != nil {
			return p, err
		}
		p.gtid = rows[0][0]
	}
	return p, nil
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
			n, err := strconv.ParseUint(r[1], 10, 32)
			if err != nil {
				return "", fmt.Errorf("position of the snapshot: %w", err)
			}
			p.offset = uint32(n)
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
