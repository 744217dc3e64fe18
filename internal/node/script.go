package node

import (
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/load"
)

// Rehearsal is what a COPY would do, as REHEARSE tells it.
type Rehearsal = load.Rehearsal

// Step is a statement of a script that is rehearsed.
type Step struct {
	SQL   string // with the values of Env's names
	Words string // the first two, for messages: the rest may hold secrets
	Copy  bool   // COPY table FROM …, also with JOB CREATE
	Sets  bool   // SET, RESET, USE: it changes the session and nothing else
	Makes bool   // a schema, or a table with columns
	// Schema and Table are what it makes or fills; Table is "" for a schema, Schema for a table without one.
	Schema, Table string
	Source        string // of a COPY
	Temporary     bool
	Anew          bool // It fails when the table is there.
}

// Script reads the statements of texts.
func (i *Info) Script(texts ...string) ([]Step, error) {
	var all []Step
	for _, text := range texts {
		raws, err := dialect.Split(i.expand(text))
		if err != nil {
			return nil, err
		}
		for _, raw := range raws {
			s, err := step(raw.Text)
			if err != nil {
				return nil, err
			}
			all = append(all, s)
		}
	}
	return all, nil
}

func step(sql string) (Step, error) {
	words := strings.Fields(sql)
	s := Step{SQL: sql, Words: strings.ToUpper(strings.Join(words[:min(2, len(words))], " "))}
	parsed, err := dialect.Parse(sql)
	if err != nil {
		return s, fmt.Errorf("read the statement that begins with %s: %w", s.Words, err)
	}
	switch x := parsed.(type) {
	case *dialect.Copy:
		s.Copy, s.Schema, s.Table, s.Source = true, x.Table.Schema, x.Table.Name, x.Source
	case *dialect.Set, *dialect.Reset, *dialect.Use:
		s.Sets = true
	case *dialect.CreateSchema:
		s.Makes, s.Schema = true, x.Name
	case *dialect.CreateTable:
		s.Makes, s.Schema, s.Table, s.Temporary, s.Anew = true, x.Table.Schema, x.Table.Name, x.Temporary, !x.IfNotExists
	}
	return s, nil
}

// Refused is the report on a COPY that is refused before its files are asked for.
func (s Step) Refused(message, hint string) *Rehearsal {
	return &Rehearsal{Table: strings.TrimPrefix(s.Schema+"."+s.Table, "."), Source: s.Source, Error: message, Hint: hint, Access: []load.Access{},
		FileList: []load.RehearsedFile{}, Rejections: []load.Rejection{}, Columns: []load.ColumnFinding{}}
}
