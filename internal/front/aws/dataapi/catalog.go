package dataapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/flow/statement"
	"github.com/inlet-data/inlet/internal/guard"
)

// lookup is what the operations on a warehouse's catalog take.
type lookup struct {
	place
	Database   string `required:"true"`
	MaxResults int    `min:"0" max:"1000"`
	NextToken  string
}

func (l lookup) input() statement.CatalogInput {
	return statement.CatalogInput{Place: l.in(l.Database), Limit: l.MaxResults, Token: l.NextToken}
}

type listDatabasesOutput struct {
	Databases []string
	NextToken string `json:",omitempty"`
}

func (s service) listDatabases(ctx context.Context, by guard.Session, in lookup) (listDatabasesOutput, error) {
	names, next, err := s.statements.As(by).Databases(ctx, in.input())
	return listDatabasesOutput{names, next}, err
}

type listSchemasInput struct {
	lookup
	ConnectedDatabase string
	SchemaPattern     string
}

type listSchemasOutput struct {
	Schemas   []string
	NextToken string `json:",omitempty"`
}

func (s service) listSchemas(ctx context.Context, by guard.Session, in listSchemasInput) (listSchemasOutput, error) {
	input := in.input()
	input.Connected, input.Schema = in.ConnectedDatabase, in.SchemaPattern
	names, next, err := s.statements.As(by).Schemas(ctx, input)
	return listSchemasOutput{names, next}, err
}

type listTablesInput struct {
	lookup
	ConnectedDatabase string
	SchemaPattern     string
	TablePattern      string
}

type table struct {
	Name   string `json:"name"`
	Schema string `json:"schema"`
	Type   string `json:"type"`
}

type listTablesOutput struct {
	Tables    []table
	NextToken string `json:",omitempty"`
}

func (s service) listTables(ctx context.Context, by guard.Session, in listTablesInput) (listTablesOutput, error) {
	input := in.input()
	input.Connected, input.Schema, input.Table = in.ConnectedDatabase, in.SchemaPattern, in.TablePattern
	found, next, err := s.statements.As(by).Tables(ctx, input)
	out := listTablesOutput{Tables: make([]table, len(found)), NextToken: next}
	for i, t := range found {
		out.Tables[i] = table{t.Name, t.Schema, t.Kind}
	}
	return out, err
}

type describeTableInput struct {
	lookup
	ConnectedDatabase string
	Schema            string
	Table             string
}

type describeTableOutput struct {
	TableName  string `json:",omitempty"`
	ColumnList []column
	NextToken  string `json:",omitempty"`
}

func (s service) describeTable(ctx context.Context, by guard.Session, in describeTableInput) (describeTableOutput, error) {
	input := in.input()
	input.Connected, input.Schema, input.Table = in.ConnectedDatabase, in.Schema, in.Table
	found, next, err := s.statements.As(by).Columns(ctx, input)
	return describeTableOutput{in.Table, columns(found), next}, err
}
