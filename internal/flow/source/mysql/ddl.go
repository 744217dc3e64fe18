package mysql

import (
	"strings"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// words cuts a statement into words, names and signs; comments go, but what the
// server runs of them stays.
func words(sql string) []word {
	var all []word
	for len(all) < 4096 {
		sql = strings.TrimLeft(sql, " \t\r\n\f;")
		if sql == "" {
			break
		}
		var w word
		w, sql = next(sql)
		if w.text != "" || w.quoted {
			all = append(all, w)
		}
	}
	return all
}

// word is one of a statement's words; quoted ones are names or text, never keywords.
type word struct {
	text   string
	quoted bool
}

func (w word) is(keyword string) bool { return !w.quoted && strings.EqualFold(w.text, keyword) }

func next(sql string) (word, string) {
	switch {
	case strings.HasPrefix(sql, "/*!"), strings.HasPrefix(sql, "/*M!"):
		return word{}, strings.TrimLeft(sql[strings.IndexByte(sql, '!')+1:], "0123456789")
	case strings.HasPrefix(sql, "*/"):
		return word{}, sql[2:]
	case strings.HasPrefix(sql, "/*"):
		_, rest, _ := strings.Cut(sql[2:], "*/")
		return word{}, rest
	case strings.HasPrefix(sql, "-- "), strings.HasPrefix(sql, "#"):
		_, rest, _ := strings.Cut(sql, "\n")
		return word{}, rest
	}
	switch c := sql[0]; c {
	case '`', '\'', '"':
		return quotedWord(sql)
	case '.', ',', '(', ')', '=':
		return word{text: string(c)}, sql[1:]
	}
	end := strings.IndexAny(sql, " \t\r\n\f;.,()=`'\"")
	if end <= 0 {
		end = len(sql)
	}
	return word{text: sql[:end]}, sql[end:]
}

func quotedWord(sql string) (word, string) {
	var b strings.Builder
	for i := 1; i < len(sql); i++ {
		switch {
		case sql[i] == '\\' && sql[0] != '`' && i+1 < len(sql):
			i++
		case sql[i] == sql[0] && i+1 < len(sql) && sql[i+1] == sql[0]:
			i++
		case sql[i] == sql[0]:
			return word{b.String(), true}, sql[i+1:]
		}
		b.WriteByte(sql[i])
	}
	return word{b.String(), true}, ""
}

// statement is what a query of the log does.
type statement struct {
	ddl    []source.DDL
	rows   []source.Name // What it may change rows of, that the log does not hold.
	begin  bool
	ends   bool // COMMIT.
	undo   bool // ROLLBACK,
	partly bool // to a savepoint.
	opens  bool // A transaction follows: MySQL's CREATE TABLE … SELECT.
	cuts   bool // The DDL also moves rows in or out, with a partition or a file, that the log does not hold.
}

// parseStatement reads as much of a query as tells which tables it touches.
func parseStatement(sql, schema string) statement {
	p := &parser{words: words(sql), schema: schema, sql: sql}
	switch {
	case p.take("BEGIN"), p.take("START", "TRANSACTION"), p.take("XA", "START"), p.take("SAVEPOINT"):
		return statement{begin: true}
	case p.take("COMMIT"):
		return statement{ends: true}
	case p.take("ROLLBACK"):
		return statement{undo: true, partly: len(p.words) > 0}
	case p.take("TRUNCATE"):
		p.take("TABLE")
		return statement{ddl: p.tables(source.Truncate)}
	case p.take("RENAME", "TABLE"), p.take("RENAME", "TABLES"):
		p.take("IF", "EXISTS")
		return statement{ddl: p.renames()}
	case p.take("ALTER"):
		return statement{cuts: p.cuts(), ddl: p.alter()}
	case p.take("CREATE"):
		last := p.words[max(0, len(p.words)-2):]
		return statement{ddl: p.create(), opens: len(last) == 2 && last[0].is("START") && last[1].is("TRANSACTION")}
	case p.take("DROP", "TABLE"), p.take("DROP", "TABLES"):
		p.take("IF", "EXISTS")
		return statement{ddl: p.tables(source.Drop)}
	}
	for _, verb := range []string{"INSERT", "UPDATE", "DELETE", "REPLACE", "LOAD", "WITH"} {
		if p.take(verb) {
			return statement{rows: p.mentioned()}
		}
	}
	return statement{}
}

type parser struct {
	words  []word
	schema string
	sql    string
}

// take steps over keywords when they come next.
func (p *parser) take(keywords ...string) bool {
	if len(p.words) < len(keywords) {
		return false
	}
	for i, k := range keywords {
		if !p.words[i].is(k) {
			return false
		}
	}
	p.words = p.words[len(keywords):]
	return true
}

func (p *parser) name() (source.Name, bool) {
	if len(p.words) == 0 {
		return source.Name{}, false
	}
	n := source.Name{Schema: p.schema, Table: p.words[0].text}
	p.words = p.words[1:]
	if len(p.words) > 1 && p.take(".") {
		n = source.Name{Schema: n.Table, Table: p.words[0].text}
		p.words = p.words[1:]
	}
	return n, n.Table != ""
}

func (p *parser) ddl(verb source.Verb, n source.Name) source.DDL {
	return source.DDL{Verb: verb, Table: n, Statement: p.sql}
}

func (p *parser) tables(verb source.Verb) []source.DDL {
	var all []source.DDL
	for more := true; more; more = p.take(",") {
		n, ok := p.name()
		if !ok {
			break
		}
		all = append(all, p.ddl(verb, n))
	}
	return all
}

func (p *parser) renames() []source.DDL {
	var all []source.DDL
	for more := true; more; more = p.take(",") {
		n, ok := p.name()
		for ok && len(p.words) > 0 && !p.take("TO") { // WAIT n and NOWAIT may stand between.
			p.words = p.words[1:]
		}
		to, also := p.name()
		if !ok || !also {
			break
		}
		d := p.ddl(source.Rename, n)
		d.To = to
		all = append(all, d)
	}
	return all
}

func (p *parser) alter() []source.DDL {
	p.take("ONLINE")
	p.take("IGNORE")
	if !p.take("TABLE") {
		return nil
	}
	p.take("IF", "EXISTS")
	n, ok := p.name()
	if !ok {
		return nil
	}
	if to, ok := p.renamed(); ok {
		d := p.ddl(source.Rename, n)
		d.To = to
		return []source.DDL{d}
	}
	return []source.DDL{p.ddl(source.Alter, n)}
}

// cuts looks for an action on partitions or files that takes rows along.
func (p *parser) cuts() bool {
	for i := 1; i < len(p.words); i++ {
		switch w, last := p.words[i], p.words[i-1]; {
		case w.is("PARTITION") && (last.is("DROP") || last.is("TRUNCATE") || last.is("EXCHANGE") || last.is("CONVERT")),
			w.is("TABLESPACE") && (last.is("DISCARD") || last.is("IMPORT")),
			w.is("TABLE") && last.is("CONVERT"):
			return true
		}
	}
	return false
}

// renamed looks for RENAME TO among the actions of ALTER TABLE.
func (p *parser) renamed() (source.Name, bool) {
	depth, first := 0, true
	for len(p.words) > 0 {
		if depth == 0 && first && p.take("RENAME") {
			if !p.take("COLUMN") && !p.take("INDEX") && !p.take("KEY") {
				_ = p.take("TO") || p.take("AS") || p.take("=")
				return p.name()
			}
		}
		if len(p.words) == 0 {
			break
		}
		w := p.words[0]
		if w.is("(") {
			depth++
		}
		if w.is(")") {
			depth--
		}
		first = depth == 0 && w.is(",")
		p.words = p.words[1:]
	}
	return source.Name{}, false
}

func (p *parser) create() []source.DDL {
	replace := p.take("OR", "REPLACE")
	switch {
	case p.take("UNIQUE"), p.take("FULLTEXT"), p.take("SPATIAL"):
	case p.take("TEMPORARY"):
		return nil // Nobody else ever sees it.
	}
	if !p.take("TABLE") {
		return nil
	}
	p.take("IF", "NOT", "EXISTS")
	n, ok := p.name()
	if !ok {
		return nil
	}
	if replace { // The rows of the one before are gone.
		return []source.DDL{p.ddl(source.Truncate, n), p.ddl(source.Create, n)}
	}
	return []source.DDL{p.ddl(source.Create, n)}
}

// mentioned is every name that may be a table's.
func (p *parser) mentioned() []source.Name {
	var all []source.Name
	for len(p.words) > 0 {
		if n, ok := p.name(); ok {
			all = append(all, n)
		}
	}
	return all
}
