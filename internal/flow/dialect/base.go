package dialect

// base carries what every statement has.
type base struct {
	text     string
	keepCase bool
	before   int // characters before text in the statement it is a part of
}

// Text is the statement as it was written, without the final semicolon.
func (b base) Text() string { return b.text }

func (b base) origin() base { return b }

// part is the base of a statement inside this one.
func (b base) part(s Span) base {
	return base{text: s.of(b.text), keepCase: b.keepCase, before: b.before + position(b.text, s.Start) - 1}
}
