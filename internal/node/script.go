package node

import (
	"cmp"
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
	// Schema and Table are what the statement makes, if it makes a schema or a
	// table with columns; Table is "" for a schema.
	Schema, Table string
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
		s.Copy = true
	case *dialect.CreateSchema:
		s.Schema = x.Name
	case *dialect.CreateTable:
		if !x.Temporary {
			s.Schema, s.Table = cmp.Or(x.Table.Schema, "public"), x.Table.Name
		}
	}
	return s, nil
}
