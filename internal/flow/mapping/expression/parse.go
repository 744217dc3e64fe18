package expression

import (
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
)

// Program is an expression that was read. It may be evaluated from several goroutines.
type Program struct {
	root    node
	columns []string
	changes bool
	header  bool
	counts  bool
	kind    bool
	chance  bool
}

// Columns are the columns whose values the expression takes, as it spells them.
func (p *Program) Columns() []string { return p.columns }

// Indicates reports whether the expression has an operation_indicator, which makes
// updates of deletes.
func (p *Program) Indicates() bool { return p.changes }

// Header reports whether the expression takes what a transaction says of its changes.
func (p *Program) Header() bool { return p.header }

// Counts reports whether the expression takes the number of the change.
func (p *Program) Counts() bool { return p.counts }

// Operates reports whether the expression takes what happened to the row.
func (p *Program) Operates() bool { return p.kind }

// Random reports whether the expression comes to something else each time.
func (p *Program) Random() bool { return p.chance }

// An expression may be nested so far, and have so many words and signs.
const (
	deepest = 100
	most    = 5000
)

// Compile reads an expression.
func Compile(text string) (*Program, error) {
	tokens, err := lex(text)
	if err != nil {
		return nil, err
	}
	if len(tokens) > most {
		return nil, mistake(tokens[most].at, "the expression is too long")
	}
	p := &parser{tokens: tokens, program: &Program{}}
	root, err := p.expression()
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t.sort != end {
		return nil, mistake(t.at, "%q is too much", t.text)
	}
	p.program.root = root
	return p.program, nil
}

type parser struct {
	tokens  []token
	i       int
	depth   int
	program *Program
}

func (p *parser) peek() token { return p.tokens[p.i] }

// is reports whether the next token is a keyword or a sign.
func (p *parser) is(text string) bool {
	t := p.peek()
	return (t.sort == wordToken || t.sort == signToken) && t.text == text
}

// accept takes the next token when it is a keyword or a sign.
func (p *parser) accept(text string) bool {
	if p.is(text) {
		p.i++
		return true
	}
	return false
}

func (p *parser) expect(text string) error {
	if p.accept(text) {
		return nil
	}
	return p.unexpected(strings.ToUpper(text))
}

func (p *parser) unexpected(wanted string) error {
	t := p.peek()
	if t.sort == end {
		return mistake(t.at, "the expression ends where %s should follow", wanted)
	}
	return mistake(t.at, "%q stands where %s should", t.text, wanted)
}

// expression reads what OR binds, the loosest of all.
func (p *parser) expression() (node, error) {
	if p.depth++; p.depth > deepest {
		return nil, mistake(p.peek().at, "the expression is nested too deep")
	}
	defer func() { p.depth-- }()
	return p.binary(0)
}

// levels are the operators from the loosest to the tightest.
var levels = [][]string{{"or"}, {"and"}, {"not"}, {"=", "==", "<>", "!=", "is", "in", "like", "glob", "between", "isnull", "notnull", "not"},
	{"<", "<=", ">", ">="}, {"&", "|", "<<", ">>"}, {"+", "-"}, {"*", "/", "%"}, {"||"}}

const (
	levelNot      = 2
	levelEquality = 3
)

func (p *parser) binary(level int) (node, error) {
	if level == len(levels) {
		return p.unary()
	}
	if level == levelNot {
		return p.not()
	}
	left, err := p.binary(level + 1)
	for err == nil {
		t := p.peek()
		if t.sort != wordToken && t.sort != signToken || !slices.Contains(levels[level], t.text) {
			return left, nil
		}
		p.i++
		if level == levelEquality {
			left, err = p.test(left, t)
			continue
		}
		var right node
		if right, err = p.binary(level + 1); err == nil {
			left = operation(t.text, left, right)
		}
	}
	return nil, err
}

func (p *parser) not() (node, error) {
	n := 0
	for p.accept("not") {
		n++
	}
	of, err := p.binary(levelNot + 1)
	if err != nil || n == 0 {
		return of, err
	}
	for range min(n, 2-n%2) { // Two of them make a truth value of anything.
		of = negation{of}
	}
	return of, nil
}

// test reads what follows an operator of equality or a word such as LIKE.
func (p *parser) test(left node, t token) (node, error) {
	negated := false
	if t.text == "not" {
		if p.accept("null") {
			return isNull{left, true}, nil
		}
		negated = true
		if t = p.peek(); t.text == "is" || t.sort != wordToken {
			return nil, p.unexpected("LIKE, IN or BETWEEN")
		}
		p.i++
	}
	n, err := p.tested(left, t)
	if negated && err == nil {
		n = negation{n}
	}
	return n, err
}

func (p *parser) tested(left node, t token) (node, error) {
	switch t.text {
	case "isnull", "notnull":
		return isNull{left, t.text == "notnull"}, nil
	case "is":
		return p.identical(left)
	case "in":
		return p.in(left)
	case "between":
		return p.between(left)
	case "like", "glob":
		return p.like(left, t.text)
	case "=", "==", "<>", "!=":
		right, err := p.binary(levelEquality + 1)
		if err != nil {
			return nil, err
		}
		return operation(t.text, left, right), nil
	}
	p.i--
	return nil, p.unexpected("LIKE, IN or BETWEEN")
}

func (p *parser) identical(left node) (node, error) {
	negated := p.accept("not")
	if p.accept("null") {
		return isNull{left, negated}, nil
	}
	right, err := p.binary(levelEquality + 1)
	if err != nil {
		return nil, err
	}
	return identity{left, right, negated}, nil
}

func (p *parser) in(left node) (node, error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	if p.accept(")") {
		return membership{of: left}, nil
	}
	list, err := p.list()
	return membership{left, list}, err
}

// list reads expressions up to a closing parenthesis.
func (p *parser) list() ([]node, error) {
	var all []node
	for {
		n, err := p.expression()
		if err != nil {
			return nil, err
		}
		all = append(all, n)
		if p.accept(")") {
			return all, nil
		}
		if !p.accept(",") {
			return nil, p.unexpected(", or )")
		}
	}
}

func (p *parser) between(left node) (node, error) {
	low, err := p.binary(levelEquality + 1)
	if err != nil {
		return nil, err
	}
	if err := p.expect("and"); err != nil {
		return nil, err
	}
	high, err := p.binary(levelEquality + 1)
	if err != nil {
		return nil, err
	}
	return junction{comparison{left, low, ">="}, comparison{left, high, "<="}, true}, nil
}

func (p *parser) like(left node, how string) (node, error) {
	right, err := p.binary(levelEquality + 1)
	if err != nil {
		return nil, err
	}
	m := matching{of: left, pattern: right, glob: how == "glob"}
	if p.accept("escape") {
		t := p.peek()
		if t.sort != stringToken || len([]rune(t.text)) != 1 {
			return nil, p.unexpected("one character in quotes")
		}
		m.escape = []rune(t.text)[0]
		p.i++
	}
	return m, nil
}

func (p *parser) unary() (node, error) {
	t := p.peek()
	if t.sort == signToken && (t.text == "-" || t.text == "+" || t.text == "~") {
		if p.depth++; p.depth > deepest {
			return nil, mistake(t.at, "the expression is nested too deep")
		}
		defer func() { p.depth-- }()
		p.i++
		of, err := p.unary()
		if err != nil || t.text == "+" {
			return of, err
		}
		return sign{of, t.text}, nil
	}
	return p.primary()
}

func (p *parser) primary() (node, error) {
	t := p.peek()
	p.i++
	switch t.sort {
	case numberToken:
		v := leading(t.text)
		return constant{v}, nil
	case stringToken:
		return constant{String(t.text)}, nil
	case blobToken:
		raw, err := hex.DecodeString(t.text)
		if err != nil {
			return nil, mistake(t.at, "%q is not hexadecimal", t.text)
		}
		return constant{Bytes(string(raw))}, nil
	case columnToken:
		return p.reference(t)
	case wordToken:
		return p.word(t)
	case signToken:
		if t.text == "(" {
			n, err := p.expression()
			if err != nil {
				return nil, err
			}
			return n, p.expect(")")
		}
	}
	p.i--
	return nil, p.unexpected("a value")
}

// reference reads a column, or one of the names that begin with AR_.
func (p *parser) reference(t token) (node, error) {
	if m, ok := Facts[t.text]; ok {
		p.program.header = p.program.header || m >= StreamPosition && m != Operation
		p.program.counts = p.program.counts || m == ChangeSequence
		p.program.kind = p.program.kind || m == Operation
		return fact{m}, nil
	}
	if strings.HasPrefix(t.text, "AR_M_") || strings.HasPrefix(t.text, "AR_H_") {
		return nil, mistake(t.at, "$%s is not known", t.text)
	}
	i := slices.Index(p.program.columns, t.text)
	if i < 0 {
		i = len(p.program.columns)
		p.program.columns = append(p.program.columns, t.text)
	}
	return variable{i}, nil
}

func (p *parser) word(t token) (node, error) {
	switch t.text {
	case "null":
		return constant{}, nil
	case "true", "false":
		return constant{truth(t.text == "true")}, nil
	case "case":
		return p.choice()
	case "cast":
		return p.cast()
	case "current_date", "current_time", "current_timestamp":
		p.program.chance = true
		return call{functions[map[string]string{"current_date": "date", "current_time": "time", "current_timestamp": "datetime"}[t.text]].do, []node{constant{String("now")}}}, nil
	}
	if !p.is("(") {
		p.i--
		return nil, mistake(t.at, "%q is neither a value nor a function; columns are written $NAME, text in single quotes", t.text)
	}
	p.i++
	return p.call(t)
}

func (p *parser) call(t token) (node, error) {
	f, ok := functions[t.text]
	if !ok {
		return nil, mistake(t.at, "there is no function %s", t.text)
	}
	var args []node
	if !p.accept(")") {
		var err error
		if args, err = p.list(); err != nil {
			return nil, err
		}
	}
	if len(args) < f.least || f.most >= 0 && len(args) > f.most {
		return nil, mistake(t.at, "%s takes %s", t.text, f.takes())
	}
	p.program.changes = p.program.changes || t.text == "operation_indicator"
	p.program.chance = p.program.chance || t.text == "random" || t.text == "randomblob" || f.clock && fromClock(args)
	return call{f.do, args}, nil
}

// fromClock reports whether a function of time may read the clock: only a constant
// other than now keeps it from that.
func fromClock(args []node) bool {
	if len(args) == 0 {
		return true
	}
	for _, a := range args {
		if c, ok := a.(constant); ok && strings.EqualFold(strings.Trim(c.v.Text, blanks), "now") {
			return true
		}
	}
	return false
}

func (p *parser) choice() (node, error) {
	var c choice
	var err error
	if !p.is("when") {
		if c.of, err = p.expression(); err != nil {
			return nil, err
		}
	}
	for p.accept("when") {
		when, err := p.expression()
		if err != nil {
			return nil, err
		}
		if err := p.expect("then"); err != nil {
			return nil, err
		}
		then, err := p.expression()
		if err != nil {
			return nil, err
		}
		c.when, c.then = append(c.when, when), append(c.then, then)
	}
	if len(c.when) == 0 {
		return nil, p.unexpected("WHEN")
	}
	if p.accept("else") {
		if c.otherwise, err = p.expression(); err != nil {
			return nil, err
		}
	}
	return c, p.expect("end")
}

func (p *parser) cast() (node, error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	of, err := p.expression()
	if err != nil {
		return nil, err
	}
	if err := p.expect("as"); err != nil {
		return nil, err
	}
	name := ""
	for t := p.peek(); t.sort == wordToken; t = p.peek() {
		name += t.text
		p.i++
	}
	if p.accept("(") { // VARCHAR(10): SQLite reads lengths and does not heed them.
		for p.peek().sort == numberToken || p.is(",") {
			p.i++
		}
		if err := p.expect(")"); err != nil {
			return nil, err
		}
	}
	if name == "" {
		return nil, p.unexpected("a type")
	}
	return conversion{of, castOf(name)}, p.expect(")")
}

// takes says how many arguments a function has.
func (f function) takes() string {
	switch {
	case f.most < 0:
		return "at least " + strconv.Itoa(f.least) + " arguments"
	case f.least == f.most:
		return strconv.Itoa(f.least) + " arguments"
	}
	return strconv.Itoa(f.least) + " to " + strconv.Itoa(f.most) + " arguments"
}
