package expression

import (
	"errors"
	"time"
)

// Fact is something about a row that is no column of it.
type Fact uint8

// The facts, of the source's table and of the change's transaction.
const (
	SourceSchema Fact = iota
	SourceTable
	SourceColumn
	SourceType
	StreamPosition
	Timestamp
	CommitTimestamp
	Operation
	User
	ChangeSequence
	factCount
)

// Facts are the names of facts in expressions, after their $.
var Facts = map[string]Fact{
	"AR_M_SOURCE_SCHEMA": SourceSchema, "AR_M_SOURCE_TABLE_NAME": SourceTable,
	"AR_M_SOURCE_COLUMN_NAME": SourceColumn, "AR_M_SOURCE_COLUMN_DATATYPE": SourceType,
	"AR_H_STREAM_POSITION": StreamPosition, "AR_H_TIMESTAMP": Timestamp, "AR_H_COMMIT_TIMESTAMP": CommitTimestamp,
	"AR_H_OPERATION": Operation, "AR_H_USER": User, "AR_H_CHANGE_SEQ": ChangeSequence,
}

// Env is what an expression is evaluated with. One serves one goroutine.
type Env struct {
	Columns []Value // In the order of the program's Columns.
	Numeric []bool  // Which of them hold numbers: text that they are compared with is read as one.
	Facts   [factCount]Value
	Now     func() time.Time
}

// Eval evaluates the expression for one row.
func (p *Program) Eval(env *Env) (Value, error) { return p.root.eval(env) }

// longest is how many bytes a value may have on the way: more than any column holds.
const longest = 16 << 20

var errTooLong = errors.New("the value is longer than 16 MB")

// node is a part of an expression.
type node interface {
	eval(env *Env) (Value, error)
}

// leaning is a node whose values would rather be of one kind when they are compared.
type leaning interface{ leans(env *Env) affinity }

func leans(n node, env *Env) affinity {
	if l, ok := n.(leaning); ok {
		return l.leans(env)
	}
	return none
}

type constant struct{ v Value }

func (n constant) eval(*Env) (Value, error) { return n.v, nil }

type variable struct{ i int }

func (n variable) eval(env *Env) (Value, error) { return env.Columns[n.i], nil }

func (n variable) leans(env *Env) affinity {
	if env.Numeric[n.i] {
		return numeric
	}
	return textual
}

type fact struct{ of Fact }

func (n fact) eval(env *Env) (Value, error) { return env.Facts[n.of], nil }
func (fact) leans(*Env) affinity            { return textual }
