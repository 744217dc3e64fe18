package replication_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/replication"
)

// TestUnsupportedSettings refuses settings that would change what a task does.
func TestUnsupportedSettings(t *testing.T) {
	w := newWorld(t)
	postgres := func(s replication.PostgreSQLSettings) replication.CreateEndpointInput {
		in := mysqlEndpoint("pg")
		in.Engine, in.Database, in.PostgreSQL = ptr("postgres"), ptr("d"), &s
		return in
	}
	redshift := func(s replication.RedshiftSettings) replication.CreateEndpointInput {
		in := redshiftEndpoint("wh")
		in.Redshift = &s
		return in
	}
	mysql := func(s replication.MySQLSettings) replication.CreateEndpointInput {
		in := mysqlEndpoint("my")
		in.MySQL = &s
		return in
	}
	attribute := func(in replication.CreateEndpointInput, text string) replication.CreateEndpointInput {
		in.Attributes = &text
		return in
	}
	for name, in := range map[string]replication.CreateEndpointInput{
		"RemoveQuotes":             redshift(replication.RedshiftSettings{RemoveQuotes: ptr(true)}),
		"ReplaceChars":             redshift(replication.RedshiftSettings{ReplaceChars: ptr("??")}),
		"AuthenticationMethod=iam": mysql(replication.MySQLSettings{AuthenticationMethod: ptr("iam")}),
		"AfterConnectScript":       mysql(replication.MySQLSettings{AfterConnectScript: ptr("SET ROLE reader")}),
		"initstmt":                 attribute(mysqlEndpoint("a"), "initstmt=SET ROLE reader"),
		"DatabaseMode=babelfish":   postgres(replication.PostgreSQLSettings{DatabaseMode: ptr("babelfish")}),
		"BabelfishDatabaseName":    postgres(replication.PostgreSQLSettings{BabelfishDatabaseName: ptr("d")}),
		"TrimSpaceInChar=false":    postgres(replication.PostgreSQLSettings{TrimSpaceInChar: ptr(false)}),
	} {
		_, err := w.view.CreateEndpoint(w.ctx, in)
		w.refused(err, "InvalidParameterValueException", name)
	}
	w.endpoint(redshift(replication.RedshiftSettings{RemoveQuotes: ptr(false), ReplaceChars: ptr("?"), AfterConnectScript: ptr("SET query_group TO 'dms'")}))
}

// TestIdleSettings tells of the settings that have no effect, and of no others.
func TestIdleSettings(t *testing.T) {
	w := newWorld(t)
	in := mysqlEndpoint("src")
	in.MySQL = &replication.MySQLSettings{ServerTimezone: ptr("Europe/Berlin"), EventsPollInterval: ptr(5), MaxFileSize: ptr(100)}
	in.Attributes = ptr("charsetmapping=latin1,65001;executeTimeout=60")
	want := []string{
		"The setting MaxFileSize of endpoint src has no effect: it is of targets.",
		"The setting ServerTimezone of endpoint src has no effect: values of TIMESTAMP are read as UTC, whatever the server is set to.",
		"The setting CharsetMapping of endpoint src has no effect: texts come as the server encodes them in UTF-8.",
	}
	e := w.endpoint(in)
	if diff := cmp.Diff(want, e.Idle()); diff != "" {
		t.Error("(-want +got):\n" + diff)
	}
	to := redshiftEndpoint("tgt")
	to.Redshift = &replication.RedshiftSettings{MaxFileSize: ptr(1024), TrimBlanks: ptr(true), WriteBufferSize: ptr(1000)}
	to.Attributes = ptr("compressCsvFiles=false")
	target := w.endpoint(to)
	if got := target.Idle(); got != nil {
		t.Errorf("of the target: %q", got)
	}
	all, _, err := w.view.EndpointSettings(w.ctx, "postgres", replication.Query{})
	w.ok(err)
	for _, s := range all {
		if s.Name == "PluginName" && s.About != "Output plugin; inlet reads pgoutput, which every server has. It has no effect in inlet: changes come by pgoutput" {
			t.Errorf("about PluginName: %s", s.About)
		}
	}
}
