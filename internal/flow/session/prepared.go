package session

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
)

// preparedStatement is what PREPARE named.
type preparedStatement struct {
	parsed dialect.Statement
	types  []uint32
}

// preparedTypes are the OIDs of the types PREPARE declares most.
var preparedTypes = map[string]uint32{"smallint": oidInt2, "int2": oidInt2, "int": oidInt4, "integer": oidInt4, "int4": oidInt4,
	"bigint": oidInt8, "int8": oidInt8, "real": oidFloat4, "float4": oidFloat4, "float": oidFloat8, "float8": oidFloat8, "double precision": oidFloat8,
	"bool": oidBool, "boolean": oidBool, "date": oidDate, "timestamp": oidTimestamp, "timestamptz": oidTimestampTZ, "numeric": oidNumeric, "decimal": oidNumeric}

// preparedStatement runs PREPARE, EXECUTE and DEALLOCATE.
func (s *Session) preparedStatement(ctx context.Context, parsed dialect.Statement) (*Result, error) {
	switch x := parsed.(type) {
	case *dialect.Prepare:
		if s.prepared[x.Name] != nil {
			return nil, &fault.Error{Kind: fault.Exists, Code: "42P05", On: x.Name, Message: fmt.Sprintf("prepared statement %q already exists", x.Name)}
		}
		p := &preparedStatement{parsed: x.Statement}
		for _, name := range x.Types {
			name, _, _ = strings.Cut(strings.ToLower(name), "(")
			p.types = append(p.types, preparedTypes[strings.TrimSpace(name)])
		}
		s.prepared[x.Name] = p
		return &Result{Tag: "PREPARE"}, nil
	case *dialect.Execute:
		return s.execute(ctx, x)
	case *dialect.Deallocate:
		if x.Name == "" {
			clear(s.prepared)
			return &Result{Tag: "DEALLOCATE"}, nil
		}
		if _, err := s.named(x.Name); err != nil {
			return nil, err
		}
		delete(s.prepared, x.Name)
		return &Result{Tag: "DEALLOCATE"}, nil
	}
	return nil, unsupported(parsed)
}

func (s *Session) named(name string) (*preparedStatement, error) {
	p := s.prepared[name]
	if p == nil {
		return nil, &fault.Error{Kind: fault.NotFound, Code: "26000", On: name, Message: fmt.Sprintf("prepared statement %q does not exist", name)}
	}
	return p, nil
}

func (s *Session) execute(ctx context.Context, x *dialect.Execute) (*Result, error) {
	p, err := s.named(x.Name)
	if err != nil {
		return nil, err
	}
	var args []Arg
	for _, text := range x.Arguments {
		a, err := literalArgument(strings.TrimSpace(text))
		if err != nil {
			return nil, err
		}
		args = append(args, a)
	}
	st := &Statement{session: s, parsed: p.parsed, params: p.types}
	result, err := st.dispatch(ctx, args)
	if err != nil || result.Rows == nil {
		if closeErr := st.Close(); err == nil {
			err = closeErr
		}
		return result, err
	}
	result.Rows = &executed{result.Rows, st}
	return result, nil
}

func (s *Session) describeExecute(ctx context.Context, x *dialect.Execute) ([]uint32, []Column, error) {
	p, err := s.named(x.Name)
	if err != nil {
		return nil, nil, err
	}
	st := &Statement{session: s, parsed: p.parsed, params: p.types}
	defer st.Close()
	_, columns, err := st.describe(ctx)
	return nil, columns, err
}

// literalArgument reads an argument of EXECUTE, which must be a literal here.
func literalArgument(text string) (Arg, error) {
	if strings.EqualFold(text, "null") {
		return Arg{Null: true}, nil
	}
	if n := len(text); n >= 2 && text[0] == '\'' && text[n-1] == '\'' {
		inner := strings.ReplaceAll(text[1:n-1], "''", "")
		if !strings.Contains(inner, "'") {
			return Arg{Value: []byte(strings.ReplaceAll(text[1:n-1], "''", "'"))}, nil
		}
	}
	_, err := strconv.ParseFloat(text, 64)
	if err == nil || strings.EqualFold(text, "true") || strings.EqualFold(text, "false") {
		return Arg{Value: []byte(text)}, nil
	}
	return Arg{}, &fault.Error{Kind: fault.Unsupported, Code: "0A000", Message: "EXECUTE takes literals only: " + text}
}
