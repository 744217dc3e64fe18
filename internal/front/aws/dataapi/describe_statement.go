package dataapi

import (
	"context"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/statement"
	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/guard"
)

// outcome is what became of a statement, or of one of a batch.
type outcome struct {
	ID              string `json:"Id"`
	QueryString     string `json:",omitempty"`
	Status          statement.Status
	Error           string `json:",omitempty"`
	CreatedAt       aws.Time
	UpdatedAt       aws.Time
	Duration        int64 // nanoseconds
	ResultRows      int64
	ResultSize      int64
	RedshiftQueryID int64 `json:"RedshiftQueryId"`
	HasResultSet    bool
}

func outcomeOf(id, sql string, o *statement.Outcome) outcome {
	return outcome{ID: id, QueryString: sql, Status: o.Status, Error: o.Error, CreatedAt: aws.Time{Time: o.Created}, UpdatedAt: aws.Time{Time: o.Updated},
		Duration: o.Duration.Nanoseconds(), ResultRows: o.Rows, ResultSize: o.Size, RedshiftQueryID: o.Query, HasResultSet: o.HasResult}
}

type describeStatementOutput struct {
	shownPlace
	outcome
	RedshiftPID     int64       `json:"RedshiftPid"`
	QueryParameters []parameter `json:",omitempty"`
	ResultFormat    string
	SubStatements   []outcome `json:",omitempty"`
}

func (s service) describeStatement(ctx context.Context, by guard.Session, in statementID) (describeStatementOutput, error) {
	st, err := s.statements.As(by).Describe(ctx, in.ID)
	if err != nil {
		return describeStatementOutput{}, err
	}
	out := describeStatementOutput{shownPlace: placeOf(&st), outcome: outcomeOf(st.ID, strings.Join(st.SQL, ";"), &st.Outcome),
		RedshiftPID: int64(st.PID), QueryParameters: shownParameters(st.Parameters), ResultFormat: st.Format}
	for i := range st.Subs {
		out.SubStatements = append(out.SubStatements, outcomeOf(st.ResultID(i), st.SQL[i], &st.Subs[i]))
	}
	if st.Batch {
		out.QueryString = "" // Its statements tell theirs.
	}
	return out, nil
}

type listStatementsInput struct {
	ClusterIdentifier string `min:"1" max:"63" pattern:"[a-z][a-z0-9]*(-[a-z0-9]+)*"`
	WorkgroupName     string `min:"3" max:"128" pattern:".*((^[a-z0-9-]{3,63}$)|^(arn:(aws(-[a-z]+)*):redshift-serverless:[a-z]{2}(-gov|(-iso[a-z]?))?-[a-z]+-\\d{1}:\\d{12}:workgroup/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}))"`
	Database          string
	MaxResults        int `min:"0" max:"100"`
	NextToken         string
	RoleLevel         *bool
	StatementName     string `max:"2048"`
	Status            string `enum:"SUBMITTED PICKED STARTED FINISHED ABORTED FAILED ALL"`
}

type listedStatement struct {
	ID               string      `json:"Id"`
	QueryString      string      `json:",omitempty"`
	QueryStrings     []string    `json:",omitempty"`
	QueryParameters  []parameter `json:",omitempty"`
	SecretARN        string      `json:"SecretArn,omitempty"`
	Status           statement.Status
	StatementName    string `json:",omitempty"`
	CreatedAt        aws.Time
	UpdatedAt        aws.Time
	IsBatchStatement bool
	ResultFormat     string
	SessionID        string `json:"SessionId,omitempty"`
}

type listStatementsOutput struct {
	Statements []listedStatement
	NextToken  string `json:",omitempty"`
}

func (s service) listStatements(ctx context.Context, by guard.Session, in listStatementsInput) (listStatementsOutput, error) {
	found, next, err := s.statements.As(by).List(ctx, statement.ListInput{
		Place:  statement.Place{Cluster: in.ClusterIdentifier, Workgroup: in.WorkgroupName, Database: in.Database},
		Status: statement.Status(in.Status), Name: in.StatementName, OwnSession: in.RoleLevel != nil && !*in.RoleLevel, Limit: in.MaxResults, Token: in.NextToken,
	})
	out := listStatementsOutput{Statements: []listedStatement{}, NextToken: next}
	for i := range found {
		out.Statements = append(out.Statements, listed(&found[i]))
	}
	return out, err
}

func listed(st *statement.Statement) listedStatement {
	l := listedStatement{ID: st.ID, QueryParameters: shownParameters(st.Parameters), SecretARN: st.SecretARN, Status: st.Status, StatementName: st.Name,
		CreatedAt: aws.Time{Time: st.Created}, UpdatedAt: aws.Time{Time: st.Updated}, IsBatchStatement: st.Batch, ResultFormat: st.Format, SessionID: st.SessionID}
	if st.Batch {
		l.QueryStrings = st.SQL
	} else {
		l.QueryString = st.SQL[0]
	}
	return l
}
