package dataapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/flow/statement"
	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/guard"
)

// order is what both operations that submit statements take.
type order struct {
	place
	Database                string
	WithEvent               bool
	StatementName           string      `max:"2048"`
	Parameters              []parameter `min:"1"`
	ClientToken             string      `min:"1" max:"64"`
	ResultFormat            string      `enum:"JSON CSV"`
	SessionKeepAliveSeconds *int        `min:"0" max:"86400"`
	SessionID               string      `json:"SessionId" pattern:"[a-z0-9]{8}(-[a-z0-9]{4}){3}-[a-z0-9]{12}(:\\d{0,2})?"`
}

func (o order) input() statement.Input {
	return statement.Input{Place: o.in(o.Database), Parameters: parameters(o.Parameters), Name: o.StatementName, Format: o.ResultFormat,
		Token: o.ClientToken, WithEvent: o.WithEvent, SessionID: o.SessionID, KeepAlive: o.SessionKeepAliveSeconds}
}

type submitted struct {
	shownPlace
	ID        string `json:"Id"`
	CreatedAt aws.Time
}

func (s service) submit(ctx context.Context, by guard.Session, in statement.Input) (submitted, error) {
	st, err := s.statements.As(by).Submit(ctx, in)
	return submitted{placeOf(&st), st.ID, aws.Time{Time: st.Created}}, err
}

type executeStatementInput struct {
	order
	SQL string `json:"Sql" required:"true"`
}

func (s service) executeStatement(ctx context.Context, by guard.Session, in executeStatementInput) (submitted, error) {
	input := in.input()
	input.SQL = []string{in.SQL}
	return s.submit(ctx, by, input)
}

type batchExecuteStatementInput struct {
	order
	SQLs []string `json:"Sqls" required:"true" min:"1" max:"40"`
}

func (s service) batchExecuteStatement(ctx context.Context, by guard.Session, in batchExecuteStatementInput) (submitted, error) {
	input := in.input()
	input.SQL, input.Batch = in.SQLs, true
	return s.submit(ctx, by, input)
}

type cancelStatementOutput struct{ Status bool }

func (s service) cancelStatement(ctx context.Context, by guard.Session, in statementID) (cancelStatementOutput, error) {
	err := s.statements.As(by).Cancel(ctx, in.ID)
	return cancelStatementOutput{err == nil}, err
}
