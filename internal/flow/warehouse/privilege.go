package warehouse

import (
	"fmt"
	"math/bits"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
)

// Privilege is a set of what may be done with an object.
type Privilege uint32

// The privileges. Those of an IAM role say for which command it may be assumed.
const (
	Select Privilege = 1 << iota
	Insert
	Update
	Delete
	References
	Drop
	Truncate
	Alter
	Create
	Usage
	Temporary
	CopyRole
	UnloadRole
	FunctionRole
	ModelRole
	// Owner is what nobody can grant: only the owner and superusers may.
	Owner
)

// AllOnTable is what ALL grants on a table.
const AllOnTable = Select | Insert | Update | Delete | References | Drop | Truncate | Alter

var privilegeNames = []string{"select", "insert", "update", "delete", "references", "drop", "truncate", "alter", "create", "usage",
	"temporary", "copy", "unload", "external function", "create model"}

// Names are the privileges of the set in a fixed order, in lower case.
func (p Privilege) Names() []string {
	var names []string
	for ; p&^Owner != 0; p &= p - 1 {
		names = append(names, privilegeNames[bits.TrailingZeros32(uint32(p))])
	}
	return names
}

// PrivilegeOf finds a privilege by its name in lower case, 0 for none.
func PrivilegeOf(name string) Privilege {
	if name == "temp" {
		return Temporary
	}
	for i, n := range privilegeNames {
		if n == name {
			return 1 << i
		}
	}
	return 0
}

// Object is what a privilege is on.
type Object struct {
	Kind string // One of the kinds below.
	OID  int64  // of a table or template
	Name string // of a schema, the ARN of an IAM role, a system privilege
}

// The kinds of objects. Scoped ones stand for all objects of a schema or database, also those to come.
const (
	KindTable            = "table"
	KindSchema           = "schema"
	KindDatabase         = "database"
	KindTemplate         = "template"
	KindAssumeRole       = "assumerole"
	KindSystem           = "system"
	KindTablesInSchema   = "tables in schema"
	KindTablesInDatabase = "tables in database"
	KindSchemas          = "schemas in database"
	KindCopyJobs         = "copy jobs in database"
)

// Grantable are the privileges that exist on each kind of object.
var Grantable = map[string]Privilege{
	KindTable: AllOnTable, KindTablesInSchema: AllOnTable, KindTablesInDatabase: AllOnTable,
	KindSchema: Create | Usage | Alter | Drop, KindSchemas: Create | Usage | Alter | Drop,
	KindDatabase: Create | Temporary | Usage | Alter, KindTemplate: Usage | Alter | Drop,
	KindAssumeRole: CopyRole | UnloadRole | FunctionRole | ModelRole,
	KindCopyJobs:   Create | Alter | Drop, KindSystem: Usage,
}

// Denied is Redshift's refusal; hint says which GRANT mends it.
func Denied(what, name, hint string) error {
	if hint != "" {
		hint = "An owner or a superuser can allow it: " + hint + ";"
	}
	return &fault.Error{Kind: fault.Denied, Code: "42501", On: name, Message: fmt.Sprintf("permission denied for %s %s", what, name), Hint: hint}
}

// GrantText is the statement that grants p on an object, whose name is written as SQL.
func GrantText(p Privilege, on, user string) string {
	return "GRANT " + strings.ToUpper(strings.Join(p.Names(), ", ")) + " ON " + on + " TO " + Identifier(user)
}

// Identifier is a name as SQL writes it, quoted where it must be.
func Identifier(name string) string {
	for i := range len(name) {
		c := name[i]
		if c != '_' && (c < 'a' || c > 'z') && (i == 0 || c < '0' || c > '9') {
			return Quote(name)
		}
	}
	return name
}
