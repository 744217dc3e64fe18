package dialect

// base carries what every statement has.
type base struct{ text string }

// Text is the statement as it was written, without the final semicolon.
func (b base) Text() string { return b.text }
