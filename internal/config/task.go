package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Task brings tables of a database into the warehouse and follows their changes, as inlet replicate does.
type Task struct {
	Name        string   `yaml:"name"`
	From        string   `yaml:"from"`        // URL of the source; no password
	PasswordEnv string   `yaml:"passwordEnv"` // environment variable with the source's password; "" is MYSQL_PWD or PGPASSWORD
	Tables      []string `yaml:"tables"`      // patterns such as shop.*
	Mappings    Document `yaml:"mappings"`    // a table-mapping document of DMS, instead of tables
	Settings    Document `yaml:"settings"`    // task settings of DMS
	Mode        string   `yaml:"mode"`        // full-load, cdc or full-load-and-cdc, the default
	Prepare     string   `yaml:"prepare"`     // do-nothing, truncate, the default, or drop
	TypeMapping string   `yaml:"typeMapping"` // widest, the default, or dms
	Warehouse   string   `yaml:"warehouse"`   // cluster, the default, or serverless
	Role        string   `yaml:"role"`        // ARN; "" is dms-access-for-endpoint of the warehouse's account
	Bucket      string   `yaml:"bucket"`      // for staged files; "" is one dms-… that the task makes
}

// check says what is wrong with a task.
func (t *Task) check(at string) error {
	errs := []error{present(at+".name", t.Name), present(at+".from", t.From)}
	if strings.ContainsAny(t.Name, "/\\") || strings.HasPrefix(t.Name, ".") {
		errs = append(errs, fmt.Errorf("%s.name is %q; it may not have slashes nor begin with a dot", at, t.Name))
	}
	if _, rest, ok := strings.Cut(t.From, "://"); ok {
		if user, _, found := strings.Cut(rest, "@"); found && strings.Contains(user, ":") {
			errs = append(errs, fmt.Errorf("%s.from holds a password: put it into an environment variable and name that in passwordEnv", at))
		}
	}
	if (len(t.Tables) == 0) == (t.Mappings == "") {
		errs = append(errs, fmt.Errorf("%s needs either tables or mappings", at))
	}
	errs = append(errs,
		oneOf(at+".mode", t.Mode, "full-load", "cdc", "full-load-and-cdc"), oneOf(at+".prepare", t.Prepare, "do-nothing", "truncate", "drop"),
		oneOf(at+".typeMapping", t.TypeMapping, "widest", "dms"), oneOf(at+".warehouse", t.Warehouse, "cluster", "serverless"))
	if t.Role != "" {
		errs = append(errs, roleARN(at+".role", t.Role))
	}
	return errors.Join(errs...)
}

// oneOf checks a word that may be left out.
func oneOf(at, word string, known ...string) error {
	if word == "" || slices.Contains(known, word) {
		return nil
	}
	return fmt.Errorf("%s is %q; it may be %s", at, word, strings.Join(known, ", "))
}
