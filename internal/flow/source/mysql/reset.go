package mysql

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	gomysql "github.com/go-mysql-org/go-mysql/mysql"

	"github.com/inlet-data/inlet/internal/fault"
)

// errNoEvents is the answer to a place in a log where no event begins.
const errNoEvents = 1220

// sameLog refuses a server whose log was emptied (RESET MASTER) since the position: it
// numbers transactions from 1 again, and those with the numbers before the position
// would never be sent. A log that is gone is left to the server to tell.
func (c *conn) sameLog(from position) error {
	if from.gtid == "" || from.offset > math.MaxUint32 {
		return nil // The server looks for the very place, or can be asked for transactions alone.
	}
	if c.mariadb() {
		return c.sameMariaDB(from)
	}
	rows, err := c.query("SHOW BINLOG EVENTS IN ? FROM "+strconv.FormatUint(from.offset, 10)+" LIMIT 1", from.file)
	switch {
	case codeOf(err) == errNoEvents && !strings.Contains(err.Error(), "Could not find target log"):
		return reset(from)
	case err != nil || len(rows) == 0:
		return passingOnly(err)
	}
	_, next, ok := strings.Cut(rows[0][5], "GTID_NEXT= '")
	if !ok {
		return nil
	}
	done, err1 := gomysql.ParseMysqlGTIDSet(from.gtid)
	add, err2 := gomysql.ParseMysqlGTIDSet(strings.Trim(next, "'"))
	if err1 == nil && err2 == nil && done.Contain(add) {
		return reset(from)
	}
	return nil
}

// sameMariaDB asks for the transactions before the place, which is NULL where no event ends.
func (c *conn) sameMariaDB(from position) error {
	rows, err := c.query("SELECT COALESCE(BINLOG_GTID_POS(?, "+strconv.FormatUint(from.offset, 10)+"), 'no place')", from.file)
	if err != nil || len(rows) == 0 {
		return passingOnly(err)
	}
	if rows[0][0] == "no place" {
		there, err := c.keeps(from.file)
		if err == nil && there {
			return reset(from)
		}
		return passingOnly(err)
	}
	now, err := parseTransactions(true, rows[0][0])
	if err != nil {
		return err
	}
	then, err := parseTransactions(true, from.gtid)
	if err != nil {
		return err
	}
	for domain, g := range then.domains {
		if n, ok := now.domains[domain]; ok && n != g || len(now.domains) == 0 {
			return reset(from)
		}
	}
	return nil
}

// keeps reports whether a file of the log is still there.
func (c *conn) keeps(file string) (bool, error) {
	rows, err := c.query("SHOW BINARY LOGS")
	return slices.ContainsFunc(rows, func(r []string) bool { return r[0] == file }), err
}

// passingOnly drops an error that the server will repeat in better words.
func passingOnly(err error) error {
	if passing(err) {
		return err
	}
	return nil
}

func reset(from position) error {
	return &fault.Error{Kind: fault.Conflict, Code: CodePurged, Hint: "load the tables again",
		Message: fmt.Sprintf("the binary log was emptied (RESET MASTER) or cut by a crash since position %s:%d: what happened between is not known", from.file, from.offset)}
}
