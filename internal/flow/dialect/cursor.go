package dialect

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
)

// cursor walks over tokens. The first error sticks and moves the cursor to the
// end, so that every loop over tokens ends and callers check once.
type cursor struct {
	src  string
	toks []token
	i    int
	err  *fault.Error

	counted, chars int // bytes whose characters have been counted, and how many there are
}

func newCursor(src string, keepCase bool) (*cursor, error) {
	toks, err := scan(src, keepCase)
	if err != nil {
		return nil, err
	}
	return &cursor{src: src, toks: toks}, nil
}

func (c *cursor) peek() token { return c.toks[c.i] }

func (c *cursor) peekAt(n int) token { return c.toks[min(c.i+n, len(c.toks)-1)] }

func (c *cursor) next() token {
	t := c.toks[c.i]
	if t.kind != tokenEnd {
		c.i++
	}
	return t
}

func (c *cursor) atEnd() bool { return c.peek().kind == tokenEnd }

// position is the 1-based character at a byte offset; asking in order costs no more than reading once.
func (c *cursor) position(offset int) int {
	if offset < c.counted {
		c.counted, c.chars = 0, 0
	}
	c.chars += position(c.src[c.counted:], offset-c.counted) - 1
	c.counted = min(offset, len(c.src))
	return c.chars + 1
}

// last is the token before the cursor.
func (c *cursor) last() token { return c.toks[max(c.i-1, 0)] }

// is reports whether the next tokens are these keywords.
func (c *cursor) is(words ...string) bool {
	for i, w := range words {
		if !c.peekAt(i).word(w) {
			return false
		}
	}
	return true
}

func (c *cursor) accept(words ...string) bool {
	if !c.is(words...) {
		return false
	}
	c.i += len(words)
	return true
}

// acceptAny takes the next token if it is one of the words and returns it, else "".
func (c *cursor) acceptAny(words ...string) string {
	for _, w := range words {
		if c.accept(w) {
			return w
		}
	}
	return ""
}

func (c *cursor) expect(words ...string) {
	for _, w := range words {
		if !c.accept(w) {
			c.syntax()
			return
		}
	}
}

func (c *cursor) isOp(op string) bool { return c.peek().is(op) }

func (c *cursor) acceptOp(op string) bool {
	if !c.isOp(op) {
		return false
	}
	c.i++
	return true
}

func (c *cursor) expectOp(op string) {
	if !c.acceptOp(op) {
		c.syntax()
	}
}

// fail records an error at a token.
func (c *cursor) fail(at token, code, format string, args ...any) {
	c.failAt(at.start, code, format, args...)
}

func (c *cursor) failAt(offset int, code, format string, args ...any) {
	if c.err == nil {
		kind := fault.Invalid
		if code == codeUnsupported {
			kind = fault.Unsupported
		}
		c.err = &fault.Error{Kind: kind, Code: code, Message: fmt.Sprintf(format, args...), Position: position(c.src, offset)}
	}
	c.i = len(c.toks) - 1
}

// syntax records that the next token does not belong here.
func (c *cursor) syntax() { c.syntaxAt(c.peek()) }

func (c *cursor) syntaxAt(t token) {
	if t.kind == tokenEnd {
		c.fail(t, codeSyntax, "syntax error at end of input")
		return
	}
	c.fail(t, codeSyntax, `syntax error at or near "%s"`, firstLine(c.src[t.start:t.end]))
}

func (c *cursor) fault() error {
	if c.err == nil {
		return nil
	}
	return c.err
}

// name reads an identifier.
func (c *cursor) name() string {
	t := c.peek()
	if t.kind == tokenQuoted || t.kind == tokenWord && !reserved[t.val] {
		c.i++
		return t.val
	}
	c.syntax()
	return ""
}

// label reads what may follow AS: any word at all.
func (c *cursor) label() string {
	t := c.peek()
	if t.kind == tokenQuoted || t.kind == tokenWord {
		c.i++
		return t.val
	}
	c.syntax()
	return ""
}

// qualified reads [[database.]schema.]name.
func (c *cursor) qualified() Name {
	at := c.peek()
	n := Name{Name: c.name(), Pos: c.position(at.start)}
	for c.acceptOp(".") {
		if n.Database != "" {
			c.fail(at, codeSyntax, "improper qualified name (too many dotted names): %s", c.src[at.start:c.peek().end])
			break
		}
		n.Database, n.Schema, n.Name = n.Schema, n.Name, c.label()
	}
	return n
}

func (c *cursor) qualifiedList() []Name {
	out := []Name{c.qualified()}
	for c.acceptOp(",") {
		out = append(out, c.qualified())
	}
	return out
}

func (c *cursor) nameList() []string {
	out := []string{c.name()}
	for c.acceptOp(",") {
		out = append(out, c.name())
	}
	return out
}

// columnList reads (name, …), whose names may be any word.
func (c *cursor) columnList() []string {
	c.expectOp("(")
	out := []string{c.label()}
	for c.acceptOp(",") {
		out = append(out, c.label())
	}
	c.expectOp(")")
	return out
}

func (c *cursor) str() string {
	if c.peek().kind != tokenString {
		c.syntax()
		return ""
	}
	return c.next().val
}

// integer reads a whole number with an optional sign.
func (c *cursor) integer() int64 {
	sign := ""
	if c.isOp("-") || c.isOp("+") {
		sign = c.next().val
	}
	t := c.peek()
	n, err := strconv.ParseInt(strings.TrimPrefix(sign, "+")+t.val, 10, 64)
	if t.kind != tokenNumber || err != nil {
		c.syntax()
		return 0
	}
	c.i++
	return n
}

// skipGroup passes a bracketed group and returns the source between the brackets.
func (c *cursor) skipGroup() string {
	t := c.peek()
	if !t.is("(") {
		c.syntax()
		return ""
	}
	if t.match < 0 {
		c.syntaxAt(c.toks[len(c.toks)-1])
		return ""
	}
	c.i = t.match + 1
	return c.src[t.end:c.toks[t.match].start]
}

// until passes tokens up to one that stop accepts, at this nesting level, and
// returns their source.
func (c *cursor) until(stop func(token) bool) Span {
	from := c.peek().start
	to := from
	for !c.atEnd() && !stop(c.peek()) {
		t := c.next()
		if t.is("(") || t.is("[") {
			if t.match < 0 {
				c.syntaxAt(c.toks[len(c.toks)-1])
				break
			}
			c.i = t.match + 1
		} else if t.is(")") || t.is("]") {
			c.i--
			break
		}
		to = c.last().end
	}
	return Span{from, to}
}

// Span is a part of a statement's text, in bytes.
type Span struct{ Start, End int }

func (s Span) empty() bool { return s.Start >= s.End }

func (s Span) of(src string) string { return src[s.Start:s.End] }
