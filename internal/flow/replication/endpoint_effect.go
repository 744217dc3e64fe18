package replication

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// attribute finds an extra connection attribute by its name, whatever its case.
func (g *engine) attribute(name string) (known, idle string, ok bool) {
	for known, idle := range g.attributes {
		if strings.EqualFold(known, name) {
			return known, idle, true
		}
	}
	return "", "", false
}

// checkUnsupported refuses what would change what a task does, and which inlet cannot do.
func (e *Endpoint) checkUnsupported() error {
	no := func(setting, why string) error {
		return invalid(fmt.Sprintf("The setting %s is not supported by inlet: %s.", setting, why))
	}
	method, script := "", ""
	switch {
	case e.MySQL != nil:
		set(&method, e.MySQL.AuthenticationMethod)
		set(&script, e.MySQL.AfterConnectScript)
	case e.PostgreSQL != nil:
		p := e.PostgreSQL
		set(&method, p.AuthenticationMethod)
		set(&script, p.AfterConnectScript)
		switch {
		case p.DatabaseMode != nil && *p.DatabaseMode != "default":
			return no("DatabaseMode="+*p.DatabaseMode, "a source is a PostgreSQL server")
		case p.BabelfishDatabaseName != nil:
			return no("BabelfishDatabaseName", "a source is a PostgreSQL server")
		case p.TrimSpaceInChar != nil && !*p.TrimSpaceInChar:
			return no("TrimSpaceInChar=false", "the blanks that pad CHAR are always cut")
		}
	case e.Redshift != nil:
		r := e.Redshift
		switch {
		case r.RemoveQuotes != nil && *r.RemoveQuotes:
			return no("RemoveQuotes", "files are CSV, whose COPY takes no REMOVEQUOTES")
		case r.ReplaceChars != nil && (len(*r.ReplaceChars) != 1 || (*r.ReplaceChars)[0] == 0 || (*r.ReplaceChars)[0] > 126):
			return invalid("The value of ReplaceChars is not valid: COPY's ACCEPTINVCHARS takes one ASCII character.")
		}
	}
	switch {
	case method == "iam":
		return no("AuthenticationMethod=iam", "give Username and Password, or a secret")
	case script != "":
		return no("AfterConnectScript", "of a source, sessions are set up by inlet alone; give the user what the script would set")
	}
	return nil
}

// Idle tells of the settings and attributes of an endpoint that have no effect in inlet.
func (e *Endpoint) Idle() []string {
	g, block := engineOf(e.Engine), e.settings().Elem()
	var all []string
	tell := func(name, why string) {
		all = append(all, fmt.Sprintf("The setting %s of endpoint %s has no effect: %s.", name, e.Identifier, why))
	}
	for i := range g.family.NumField() {
		f, value := g.family.Field(i), block.Field(i)
		if why := f.Tag.Get("idle"); why != "" && !value.IsNil() && fmt.Sprint(reflect.Indirect(value)) != f.Tag.Get("default") {
			tell(settingName(f), why)
		}
	}
	given := map[string]string{}
	for _, pair := range attributesOf(e.Attributes) {
		if known, why, ok := g.attribute(pair[0]); ok && why != "" {
			given[known] = why
		}
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		tell(name, given[name])
	}
	return all
}
