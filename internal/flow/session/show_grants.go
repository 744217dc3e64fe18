package session

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// grantsSQL lists what is granted on relations, schemas and the database alike.
const grantsSQL = `SELECT * FROM (
SELECT current_database() AS database_name, namespace_name AS schema_name, relation_name AS object_name, 'TABLE' AS object_type,
privilege_type, identity_id, identity_name, identity_type, admin_option, privilege_scope FROM svv_relation_privileges
UNION ALL
SELECT current_database(), namespace_name, NULL, 'SCHEMA', privilege_type, identity_id, identity_name, identity_type, admin_option, privilege_scope
FROM svv_schema_privileges
UNION ALL
SELECT database_name, NULL, NULL, 'DATABASE', privilege_type, identity_id, identity_name, identity_type, admin_option, privilege_scope
FROM svv_database_privileges) AS g WHERE %s ORDER BY 4, 2, 3, 7, 5`

const grantName = `("(?:[^"]|"")+"|[a-z0-9_#]+)`

var (
	grantsOnTable = regexp.MustCompile(`(?i)^on\s+(?:table\s+)?(?:` + grantName + `\.)?(?:` + grantName + `\.)?` + grantName + `$`)
	grantsOn      = regexp.MustCompile(`(?i)^on\s+(schema|database)\s+(?:` + grantName + `\.)?` + grantName + `$`)
	grantsFor     = regexp.MustCompile(`(?i)^for\s+(?:(user|role|group)\s+)?` + grantName + `$`)
)

// showGrants is the query behind SHOW GRANTS ON … and SHOW GRANTS FOR ….
func showGrants(x *dialect.Show) (string, error) {
	rest := strings.TrimSpace(x.Rest)
	if m := grantsOn.FindStringSubmatch(rest); m != nil {
		column := map[string]string{"schema": "schema_name", "database": "database_name"}[strings.ToLower(m[1])]
		return fmt.Sprintf(grantsSQL, "object_type = '"+strings.ToUpper(m[1])+"' AND "+column+" = "+folded(m[3])), nil
	}
	if m := grantsOnTable.FindStringSubmatch(rest); m != nil {
		schema, where := m[2], "object_type = 'TABLE' AND object_name = "+folded(m[3])
		if schema == "" {
			schema = m[1]
		}
		if schema != "" {
			where += " AND schema_name = " + folded(schema)
		}
		return fmt.Sprintf(grantsSQL, where), nil
	}
	m := grantsFor.FindStringSubmatch(rest)
	if m == nil {
		return "", &fault.Error{Kind: fault.Invalid, Code: "42601", Message: "SHOW GRANTS takes ON {TABLE | SCHEMA | DATABASE} name, or FOR {user | ROLE name | PUBLIC}"}
	}
	kind, name := strings.ToLower(m[1]), strings.Trim(m[2], `"`)
	if kind == "" {
		kind = "user"
	}
	if strings.EqualFold(name, "public") && !strings.HasPrefix(m[2], `"`) {
		kind, name = "public", "public"
	}
	return fmt.Sprintf(grantsSQL, "identity_type = "+warehouse.Literal(kind)+" AND lower(identity_name) = "+warehouse.Literal(strings.ToLower(name))), nil
}

// folded is a name as the catalog has it, as a literal.
func folded(name string) string {
	return warehouse.Literal(strings.ToLower(strings.ReplaceAll(strings.Trim(name, `"`), `""`, `"`)))
}
