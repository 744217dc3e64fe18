package mysql

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// Check looks for everything that would keep the tables from being read and followed.
func (s *Source) Check(ctx context.Context, tables []source.Name) error {
	c, err := s.connect(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	all := []error{c.checkLog(), s.checkReplica(ctx)}
	for _, name := range tables {
		all = append(all, c.checkTable(name))
	}
	return errors.Join(all...)
}

// setting is a variable of the server, what it must not be, and what follows from it.
type setting struct {
	name, want string
	wrong      func(value string) bool
	why        string
}

var settings = []setting{
	{name: "binlog_format", want: "ROW", wrong: not("ROW"), why: "changes are logged as statements, without the rows they change"},
	{name: "binlog_row_image", want: "FULL", wrong: not("FULL"), why: "changes are logged without the columns they leave alone"},
	{name: "binlog_row_metadata", want: "FULL", wrong: not("FULL"), why: "the log does not name its columns, so that rows from before an ALTER TABLE cannot be read after it"},
	{name: "binlog_transaction_compression", want: "OFF", wrong: not("OFF"), why: "compressed transactions cannot be read"},
	{name: "binlog_row_value_options", want: "''", wrong: contains("PARTIAL_JSON"), why: "changes of JSON columns are logged in part"},
}

func not(want string) func(string) bool {
	return func(v string) bool { return !strings.EqualFold(v, want) }
}

func contains(bad string) func(string) bool {
	return func(v string) bool { return strings.Contains(v, bad) }
}

func (c *conn) variables() (map[string]string, error) {
	rows, err := c.query("SHOW GLOBAL VARIABLES WHERE Variable_name LIKE '%log_bin%' OR Variable_name LIKE 'binlog%' OR Variable_name = 'server_id'")
	all := make(map[string]string, len(rows))
	for _, r := range rows {
		all[strings.ToLower(r[0])] = r[1]
	}
	return all, err
}

func (c *conn) checkLog() error {
	values, err := c.variables()
	if err != nil {
		return err
	}
	if !strings.EqualFold(values["log_bin"], "ON") {
		return logOff()
	}
	var all []error
	if _, err := c.logStatus(); err != nil {
		all = append(all, err)
	}
	for _, s := range settings {
		v, known := values[s.name]
		if known && s.wrong(v) {
			all = append(all, &fault.Error{Kind: fault.Conflict, Code: "SourceSetting", On: s.name, Message: fmt.Sprintf("%s is %s: %s", s.name, v, s.why),
				Hint: fmt.Sprintf("SET GLOBAL %s = %s; sessions that are open keep the old value, so end them or start the server again", s.name, s.want)})
		}
	}
	return errors.Join(all...)
}

// checkReplica registers as a replica, which is the only sure way to learn that it is allowed.
func (s *Source) checkReplica(ctx context.Context) error {
	c, err := s.connect(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.register(s.config.ServerID); err != nil {
		if codeOf(err) == errPrivilegeDenied || codeOf(err) == errAccessDenied {
			again, dialErr := s.connect(ctx)
			if dialErr != nil {
				return errors.Join(err, dialErr)
			}
			defer again.Close()
			return again.mayNotFollow(err)
		}
		return fmt.Errorf("register as a replica: %w", err)
	}
	return nil
}

func (c *conn) checkTable(name source.Name) error {
	t, err := c.describe(name)
	if err != nil {
		return err
	}
	_, err = c.query("SELECT 1 FROM " + identOf(name) + " LIMIT 0")
	if codeOf(err) == errTableDenied {
		err = &fault.Error{Kind: fault.Denied, Code: "SourceGrant", On: name.String(), Message: "the user may not read the table",
			Hint: "GRANT SELECT ON " + identOf(name) + " TO " + c.account(), Err: err}
	}
	if err == nil && len(t.Key) == 0 {
		err = &fault.Error{Kind: fault.Conflict, Code: "SourceNoKey", On: name.String(), Message: "the table has no primary key and no unique one that is never NULL, so its rows cannot be told apart",
			Hint: "ALTER TABLE " + identOf(name) + " ADD COLUMN id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY"}
	}
	return errors.Join(err, c.checkCascade(name))
}

const cascades = "SELECT CONSTRAINT_NAME, DELETE_RULE, UPDATE_RULE FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = ? AND TABLE_NAME = ?" +
	" AND (DELETE_RULE IN ('CASCADE', 'SET NULL', 'SET DEFAULT') OR UPDATE_RULE IN ('CASCADE', 'SET NULL', 'SET DEFAULT'))"

// checkCascade finds rows that the engine changes by itself, with no word in the log.
func (c *conn) checkCascade(name source.Name) error {
	if v, err := c.query("SHOW GLOBAL VARIABLES LIKE 'innodb_native_foreign_keys'"); err == nil && len(v) == 1 && strings.EqualFold(v[0][1], "OFF") {
		return nil // MySQL 9.6 and later changes them by statements, which are logged.
	}
	rows, err := c.query(cascades, name.Schema, name.Table)
	all := []error{err}
	for _, r := range rows {
		all = append(all, &fault.Error{Kind: fault.Conflict, Code: "SourceCascade", On: name.String(),
			Message: fmt.Sprintf("foreign key %s changes rows by itself (ON DELETE %s, ON UPDATE %s), and the binary log does not hold such changes", r[0], r[1], r[2]),
			Hint:    fmt.Sprintf("ALTER TABLE %s DROP FOREIGN KEY %s, and make it again without CASCADE and SET NULL", identOf(name), ident(r[0]))})
	}
	return errors.Join(all...)
}
