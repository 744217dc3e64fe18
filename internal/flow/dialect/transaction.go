package dialect

// Transaction is BEGIN, START TRANSACTION, COMMIT, END, ROLLBACK or ABORT.
type Transaction struct {
	base
	Verb      string // "begin", "commit", "rollback"
	Start     bool   // written as START TRANSACTION, whose command tag that is
	Isolation string // "", "serializable", "snapshot", "read committed", "read uncommitted", "repeatable read"
	ReadOnly  bool
	ReadWrite bool
}

func (p *parser) begin() Statement {
	t := &Transaction{base: p.base, Verb: "begin"}
	if t.Start = p.accept("start"); t.Start {
		p.expect("transaction")
	} else {
		p.expect("begin")
		p.acceptAny("work", "transaction")
	}
	for p.err == nil && !p.atEnd() {
		p.transactionMode(t)
		p.acceptOp(",")
	}
	return t
}

func (p *parser) transactionMode(t *Transaction) {
	switch {
	case p.accept("isolation", "level"):
		t.Isolation = p.isolation()
	case p.accept("read", "only"):
		t.ReadOnly = true
	case p.accept("read", "write"):
		t.ReadWrite = true
	default:
		p.syntax()
	}
}

func (p *parser) isolation() string {
	for _, level := range [][]string{{"serializable"}, {"snapshot"}, {"read", "committed"}, {"read", "uncommitted"}, {"repeatable", "read"}} {
		if p.accept(level...) {
			if len(level) == 2 {
				return level[0] + " " + level[1]
			}
			return level[0]
		}
	}
	p.syntax()
	return ""
}

func (p *parser) finish() Statement {
	t := &Transaction{base: p.base, Verb: "commit"}
	if w := p.next().val; w == "rollback" || w == "abort" {
		t.Verb = "rollback"
	}
	p.acceptAny("work", "transaction")
	if p.is("to") || p.is("prepared") {
		return p.notSupported("SAVEPOINT")
	}
	return t
}
