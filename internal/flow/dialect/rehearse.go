package dialect

// Rehearse is REHEARSE [(LIMIT n, FORMAT TEXT|JSON)] COPY …, which Redshift does not have.
type Rehearse struct {
	base
	Copy  *Copy
	Limit int  // of the files and rejected rows that are listed
	JSON  bool // the report as one document
}

// Limits of how much a rehearsal lists.
const (
	defaultListed = 20
	mostListed    = 10_000
)

// rehearse reads REHEARSE and the COPY behind it.
func (p *parser) rehearse() Statement {
	p.expect("rehearse")
	x := &Rehearse{base: p.base, Limit: defaultListed}
	if p.acceptOp("(") {
		p.rehearsalOptions(x)
	}
	at := p.peek()
	if !p.is("copy") {
		p.syntax()
		return nil
	}
	c, ok := p.copyOrJob().(*Copy)
	if !ok && p.err == nil {
		p.fail(at, codeUnsupported, "REHEARSE takes COPY table FROM …, with or without JOB CREATE")
	}
	x.Copy = c
	return x
}

func (p *parser) rehearsalOptions(x *Rehearse) {
	for p.err == nil {
		switch p.oneOf("limit", "format") {
		case "limit":
			at := p.peek()
			n := p.integer()
			if p.err == nil && (n < 0 || n > mostListed) {
				p.fail(at, codeInvalidValue, "REHEARSE option LIMIT must be between 0 and %d", mostListed)
			}
			x.Limit = int(n)
		case "format":
			x.JSON = p.oneOf("text", "json") == "json"
		}
		if !p.acceptOp(",") {
			break
		}
	}
	p.expectOp(")")
}
