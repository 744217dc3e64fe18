package dataapi

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/inlet-data/inlet/internal/flow/statement"
	"github.com/inlet-data/inlet/internal/guard"
)

type getStatementResultInput struct {
	statementID
	NextToken string
}

type getStatementResultOutput struct {
	Records        []json.RawMessage
	ColumnMetadata []column
	TotalNumRows   int64
	NextToken      string `json:",omitempty"`
}

func (s service) getStatementResult(ctx context.Context, by guard.Session, in getStatementResultInput) (getStatementResultOutput, error) {
	r, err := s.statements.As(by).Result(ctx, in.ID, in.NextToken, statement.JSON)
	out := getStatementResultOutput{Records: make([]json.RawMessage, len(r.Rows)), ColumnMetadata: columns(r.Columns), TotalNumRows: r.Total, NextToken: r.Next}
	for i, row := range r.Rows {
		out.Records[i] = row
	}
	return out, err
}

type csvRecords struct{ CSVRecords string }

type getStatementResultV2Output struct {
	Records        []csvRecords
	ColumnMetadata []column
	TotalNumRows   int64
	ResultFormat   string
	NextToken      string `json:",omitempty"`
}

func (s service) getStatementResultV2(ctx context.Context, by guard.Session, in getStatementResultInput) (getStatementResultV2Output, error) {
	r, err := s.statements.As(by).Result(ctx, in.ID, in.NextToken, statement.CSV)
	out := getStatementResultV2Output{Records: []csvRecords{}, ColumnMetadata: columns(r.Columns), TotalNumRows: r.Total, ResultFormat: r.Format, NextToken: r.Next}
	if len(r.Rows) > 0 {
		out.Records = append(out.Records, csvRecords{string(bytes.Join(r.Rows, nil))})
	}
	return out, err
}
