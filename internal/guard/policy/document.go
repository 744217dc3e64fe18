package policy

import "encoding/json"

// Document is a policy, read once and compiled. It does not change and may be shared.
type Document struct {
	kind       Kind
	name       string
	version    string
	text       string
	statements []statement
	asks       bool // some statement looks at the request's context
}

const (
	oldVersion = "2008-10-17"
	newVersion = "2012-10-17"
)

// maxText is above every service's own limit.
const maxText = 128 << 10

// statement is a compiled statement.
type statement struct {
	sid           string
	effect        string // as written
	line          int
	deny          bool
	named         bool // has Principal or NotPrincipal
	notPrincipals bool
	parties       []party
	notActions    bool
	actions       []action
	resources     resources
	conditions    []condition
}

// resources is a compiled Resource or NotResource element.
type resources struct {
	given bool
	not   bool
	list  []resource
}

// Parse reads a document that is to be kept, with the checks and in the words
// of the service that keeps documents of kind k. The error is an *Error.
func Parse(text []byte, k Kind) (*Document, error) {
	if e := checkCharacters(text, k); e != nil {
		return nil, e
	}
	d, p := read(text, k)
	if p == nil {
		p = d.complete()
	}
	if p != nil {
		return nil, p.error(k, text)
	}
	if e := d.validate(); e != nil {
		return nil, e
	}
	return d, nil
}

// Read reads a document that is kept already or only asked about: it has to be
// grammatical, but may hold what a service would refuse today, for example an old version.
func Read(text []byte, k Kind) (*Document, error) {
	d, p := read(text, k)
	if p != nil {
		return nil, p.error(k, text)
	}
	if e := d.each(checkEffect); e != nil {
		return nil, e
	}
	return d, nil
}

// Named returns the document under a name, which traces print.
func (d *Document) Named(name string) *Document {
	c := *d
	c.name = name
	return &c
}

// Name is what Named gave.
func (d *Document) Name() string { return d.name }

// Kind is the kind the document was read as.
func (d *Document) Kind() Kind { return d.kind }

// Text is the document as it was given.
func (d *Document) Text() string { return d.text }

// Asks reports whether any statement looks at the request's context: has a
// condition, a variable, or a service of one region as principal.
func (d *Document) Asks() bool { return d.asks }

// Statements is how many statements there are.
func (d *Document) Statements() int { return len(d.statements) }

// StatementText is the JSON of one statement as it was given.
func (d *Document) StatementText(index int) string {
	root, _ := readJSON([]byte(d.text))
	list := root.field("Statement").statements()
	if index < 0 || index >= len(list) {
		return ""
	}
	return d.text[list[index].start:list[index].end]
}

// Principals lists the user and role ARNs among the principals. A service
// resolves them to unique ids when it saves the document.
func (d *Document) Principals() []string {
	var out []string
	for i := range d.statements {
		for _, p := range d.statements[i].parties {
			if p.needsID() {
				out = append(out, p.text)
			}
		}
	}
	return out
}

// Bind returns the document with its principals tied to unique ids, as Principals resolved when it was saved.
func (d *Document) Bind(ids map[string]string) *Document {
	c := *d
	c.statements = append([]statement(nil), d.statements...)
	for i := range c.statements {
		parties := append([]party(nil), c.statements[i].parties...)
		for j := range parties {
			if id, ok := ids[parties[j].text]; ok && parties[j].needsID() {
				parties[j].id = id
			}
		}
		c.statements[i].parties = parties
	}
	return &c
}

// TextWith is the text with bound principals written as name says, given ARN
// and id: the bare id once the name means nobody or somebody else.
func (d *Document) TextWith(name func(arn, id string) string) string {
	out, at := "", 0
	for i := range d.statements {
		for _, p := range d.statements[i].parties {
			if p.id == "" || p.text == p.id || p.start < at {
				continue
			}
			shown, _ := json.Marshal(name(p.text, p.id)) // A string always marshals.
			out += d.text[at:p.start] + string(shown)
			at = p.end
		}
	}
	return out + d.text[at:]
}
