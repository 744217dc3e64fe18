package dialect

import "strings"

// User is CREATE, ALTER or DROP USER.
type User struct {
	base
	Verb     string // "create", "alter", "drop"
	Names    []string
	IfExists bool
	Rename   string
	// Password is as written: clear text, "md5…" or "sha256|…".
	Password        string
	PasswordDisable bool
	Options         []Option
}

// Option is one keyword of a statement with its value, "" where it has none.
type Option struct{ Name, Value string }

// Group is CREATE, ALTER or DROP GROUP.
type Group struct {
	base
	Verb     string // "create", "alter", "drop"
	Name     string
	IfExists bool
	Add      []string // users
	Remove   []string
	Rename   string
}

// Role is CREATE, ALTER or DROP ROLE.
type Role struct {
	base
	Verb       string // "create", "alter", "drop"
	Name       string
	Rename     string
	Owner      string
	ExternalID string
	Force      bool
}

func (p *parser) user(verb string) Statement {
	u := &User{base: p.base, Verb: verb, Names: []string{p.principal()}}
	p.accept("with")
	for p.err == nil && !p.atEnd() {
		p.userOption(u)
	}
	return u
}

// principal reads a user, group or role name. Quoted, the name of an IAM identity
// keeps its case, as the login has made it.
func (p *parser) principal() string {
	t := p.peek()
	name := p.name()
	if t.kind == tokenQuoted {
		written := strings.ReplaceAll(strings.Trim(p.src[t.start:t.end], `"`), `""`, `"`)
		if space, _, ok := strings.Cut(written, ":"); ok && (space == "IAM" || space == "IAMR" || space == "AWSIDP") {
			return written
		}
	}
	if p.acceptOp(":") {
		name += ":" + p.label()
	}
	return name
}

func (p *parser) principals() []string {
	all := []string{p.principal()}
	for p.acceptOp(",") {
		all = append(all, p.principal())
	}
	return all
}

func (p *parser) userOption(u *User) {
	switch {
	case p.accept("password"):
		if u.PasswordDisable = p.accept("disable"); !u.PasswordDisable {
			u.Password = p.str()
		}
	case u.Verb == "alter" && p.accept("rename", "to"):
		u.Rename = p.principal()
	case p.accept("valid", "until"):
		u.Options = append(u.Options, Option{"valid until", p.str()})
	case p.accept("syslog", "access"):
		u.Options = append(u.Options, Option{"syslog access", p.oneOf("restricted", "unrestricted")})
	case p.accept("connection", "limit"):
		u.Options = append(u.Options, Option{"connection limit", p.limit()})
	case p.accept("session", "timeout"):
		u.Options = append(u.Options, Option{"session timeout", p.limit()})
	case p.accept("reset", "session", "timeout"):
		u.Options = append(u.Options, Option{"reset session timeout", ""})
	case p.accept("in", "group"):
		for _, g := range p.nameList() {
			u.Options = append(u.Options, Option{"in group", g})
		}
	case p.accept("externalid"):
		u.Options = append(u.Options, Option{"externalid", p.str()})
	case p.is("set"), p.is("reset"):
		p.userSetting(u)
	default:
		p.userFlag(u)
	}
}

func (p *parser) userFlag(u *User) {
	w := p.acceptAny("createdb", "nocreatedb", "createuser", "nocreateuser")
	if w == "" {
		p.syntax()
		return
	}
	u.Options = append(u.Options, Option{w, ""})
}

func (p *parser) userSetting(u *User) {
	verb := p.next().val
	o := Option{Name: verb + " " + p.label()}
	if verb == "set" {
		if !p.acceptOp("=") {
			p.expect("to")
		}
		o.Value = p.settingValue()
	}
	u.Options = append(u.Options, o)
}

func (p *parser) dropUser() Statement {
	u := &User{base: p.base, Verb: "drop", IfExists: p.ifExists(), Names: []string{p.principal()}}
	for p.acceptOp(",") {
		u.Names = append(u.Names, p.principal())
	}
	return u
}

func (p *parser) group(verb string) Statement {
	g := &Group{base: p.base, Verb: verb}
	if verb == "drop" {
		g.IfExists = p.ifExists()
	}
	g.Name = p.principal()
	switch verb {
	case "create":
		if p.accept("with", "user") || p.accept("user") {
			g.Add = p.principals()
		}
	case "alter":
		switch {
		case p.accept("add", "user"):
			g.Add = p.principals()
		case p.accept("drop", "user"):
			g.Remove = p.principals()
		case p.accept("rename", "to"):
			g.Rename = p.name()
		default:
			p.syntax()
		}
	}
	return g
}

func (p *parser) role(verb string) Statement {
	r := &Role{base: p.base, Verb: verb, Name: p.principal()}
	switch {
	case verb == "drop":
		r.Force = p.acceptAny("force", "restrict") == "force"
	case p.accept("externalid"):
		p.accept("to")
		r.ExternalID = p.str()
	case verb == "alter" && p.accept("rename", "to"):
		r.Rename = p.principal()
	case verb == "alter" && p.accept("owner", "to"):
		r.Owner = p.principal()
	case verb == "alter":
		p.accept("with")
		p.syntax()
	}
	return r
}
