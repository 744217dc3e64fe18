package dataapi

import (
	"github.com/inlet-data/inlet/internal/flow/statement"
)

// place is which warehouse a caller means, and as whom it wants to work there.
type place struct {
	ClusterIdentifier string `min:"1" max:"63" pattern:"[a-z][a-z0-9]*(-[a-z0-9]+)*"`
	WorkgroupName     string `min:"3" max:"128" pattern:".*((^[a-z0-9-]{3,63}$)|^(arn:(aws(-[a-z]+)*):redshift-serverless:[a-z]{2}(-gov|(-iso[a-z]?))?-[a-z]+-\\d{1}:\\d{12}:workgroup/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}))"`
	SecretARN         string `json:"SecretArn"`
	DBUser            string `json:"DbUser"`
}

func (p place) in(database string) statement.Place {
	return statement.Place{Cluster: p.ClusterIdentifier, Workgroup: p.WorkgroupName, SecretARN: p.SecretARN, DBUser: p.DBUser, Database: database}
}

type parameter struct {
	Name  string `json:"name" required:"true" pattern:"[0-9a-zA-Z_]+"`
	Value string `json:"value" required:"true" min:"1" sensitive:"true"`
}

// parameters converts between the names of the model and ours.
func parameters(in []parameter) []statement.Parameter {
	var out []statement.Parameter
	for _, p := range in {
		out = append(out, statement.Parameter(p))
	}
	return out
}

func shownParameters(in []statement.Parameter) []parameter {
	var out []parameter
	for _, p := range in {
		out = append(out, parameter(p))
	}
	return out
}

// shownPlace is where a statement runs, as answers tell it.
type shownPlace struct {
	ClusterIdentifier string `json:",omitempty"`
	WorkgroupName     string `json:",omitempty"`
	Database          string `json:",omitempty"`
	DBUser            string `json:"DbUser,omitempty"`
	SecretARN         string `json:"SecretArn,omitempty"`
	SessionID         string `json:"SessionId,omitempty"`
}

func placeOf(st *statement.Statement) shownPlace {
	return shownPlace{st.Cluster, st.Workgroup, st.Database, st.DBUser, st.SecretARN, st.SessionID}
}

// column is the model's ColumnMetadata.
type column struct {
	ColumnDefault   string `json:"columnDefault,omitempty"`
	IsCaseSensitive bool   `json:"isCaseSensitive"`
	IsCurrency      bool   `json:"isCurrency"`
	IsSigned        bool   `json:"isSigned"`
	Label           string `json:"label"`
	Length          int    `json:"length"`
	Name            string `json:"name"`
	Nullable        int    `json:"nullable"`
	Precision       int    `json:"precision"`
	Scale           int    `json:"scale"`
	SchemaName      string `json:"schemaName"`
	TableName       string `json:"tableName"`
	TypeName        string `json:"typeName"`
}

func columns(in []statement.Column) []column {
	out := make([]column, len(in))
	for i, c := range in {
		out[i] = column{ColumnDefault: c.Default, IsCaseSensitive: c.CaseSensitive, IsSigned: c.Signed, Label: c.Name, Length: c.Length, Name: c.Name,
			Nullable: c.Nullable, Precision: c.Precision, Scale: c.Scale, SchemaName: c.Schema, TableName: c.Table, TypeName: c.Type}
	}
	return out
}

// statementID is the input of operations on one statement.
type statementID struct {
	ID string `json:"Id" required:"true" pattern:"[a-z0-9]{8}(-[a-z0-9]{4}){3}-[a-z0-9]{12}(:\\d{0,2})?"`
}
