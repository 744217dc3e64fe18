package load_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/ledger"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/flow/warehouse/duckdb"
	"github.com/inlet-data/inlet/internal/sqltype"
)

const role = "arn:aws:iam::222222222222:role/loader"

// files is a bucket named b held in memory.
type files map[string]string

func (f files) List(_ context.Context, bucket, prefix string, each func(load.Object) error) error {
	var keys []string
	for k := range f {
		if bucket == "b" && strings.HasPrefix(k, prefix) {
			keys = append(keys, k)
		}
	}
	sort.Strings(keys)
	for _, k := range keys {
		if err := each(f.object(k)); err != nil {
			return err
		}
	}
	return nil
}

func (f files) object(k string) load.Object {
	return load.Object{Bucket: "b", Key: k, ETag: "e", Size: int64(len(f[k])), Modified: time.Unix(0, 0)}
}

func (f files) Head(_ context.Context, _, key string) (load.Object, error) {
	if _, ok := f[key]; !ok {
		return load.Object{}, &fault.Error{Kind: fault.NotFound, Code: "NoSuchKey", Message: "The specified key does not exist."}
	}
	return f.object(key), nil
}

func (f files) Open(ctx context.Context, o load.Object) (io.ReadCloser, error) {
	if _, err := f.Head(ctx, o.Bucket, o.Key); err != nil {
		return nil, err
	}
	return io.NopCloser(strings.NewReader(f[o.Key])), nil
}

func (f files) Assume(_ context.Context, _ *warehouse.Namespace, roles []string, _ string) (load.Objects, string, error) {
	return f, roles[0], nil
}

func (f files) Keys(context.Context, string, string, string) (load.Objects, error) { return f, nil }

type bench struct {
	t      *testing.T
	client *warehouse.Client
	files  files
}

func open(t *testing.T) *bench { return openWith(t, 0) }

// openWith opens an engine with so much memory; 0 is the usual.
func openWith(t *testing.T, memory int64) *bench {
	t.Helper()
	e, err := duckdb.Open(duckdb.Config{Path: filepath.Join(t.TempDir(), "dev.duckdb"), MemoryLimit: memory, Setup: func(exec func(string) error) error {
		return errors.Join(exec(warehouse.Schema()), exec(ledger.Schema))
	}})
	if err != nil {
		t.Fatal(err)
	}
	ns := &warehouse.Namespace{Kind: warehouse.Provisioned, Cluster: "c", Account: "222222222222", Region: "us-east-1",
		Roles: []warehouse.AttachedRole{{ARN: role, Status: "in-sync"}}}
	c, err := warehouse.NewDatabase(func() *warehouse.Namespace { return ns }, "dev", e).Client(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(); e.Close() })
	table := &warehouse.Table{Schema: "public", Name: "t", Kind: "r", Columns: []warehouse.TableColumn{
		{Name: "id", Type: sqltype.Type{ID: sqltype.Integer}}, {Name: "name", Type: sqltype.Type{ID: sqltype.Varchar, Length: 5}},
		{Name: "value", Type: sqltype.Type{ID: sqltype.Decimal, Precision: 10, Scale: 2}}}}
	if err := c.CreateTable(t.Context(), table); err != nil {
		t.Fatal(err)
	}
	return &bench{t, c, files{}}
}

func (b *bench) copy(sql string) (load.Outcome, error) {
	b.t.Helper()
	s, err := dialect.Parse(strings.ReplaceAll(sql, " ROLE", " IAM_ROLE '"+role+"'"))
	if err != nil {
		b.t.Fatal(err)
	}
	return load.New(b.files, slog.New(slog.DiscardHandler)).Copy(b.t.Context(), b.client, load.Request{Copy: s.(*dialect.Copy), User: warehouse.User{ID: 100, Name: "awsuser", Superuser: true}, PID: 7})
}

// rows runs a query and prints its rows, fields joined by a bar.
func (b *bench) rows(sql string) []string {
	b.t.Helper()
	var all []string
	err := warehouse.EachRow(context.Background(), b.client.Conn(), func(c *warehouse.Chunk, i int) error {
		var fields []string
		for col := range c.Vectors {
			v := "NULL"
			if !c.Vectors[col].Null(i) {
				v = string(c.Vectors[col].Bytes(i))
			}
			fields = append(fields, v)
		}
		all = append(all, strings.Join(fields, "|"))
		return nil
	}, sql)
	if err != nil {
		b.t.Fatal(err)
	}
	return all
}

const tableRows = "SELECT id::VARCHAR, name, value::VARCHAR FROM public.t ORDER BY id"

func (b *bench) want(sql string, want ...string) {
	b.t.Helper()
	if diff := cmp.Diff(want, b.rows(sql)); diff != "" {
		b.t.Errorf("%s (-want +got):\n%s", sql, diff)
	}
}

func TestTrap1PrefixIsNoFolder(t *testing.T) {
	b := open(t)
	b.files = files{"in/cust": "1,a,1\n", "in/cust.bak": "2,b,2\n", "in/customers/1.csv": "3,c,3\n", "in/cus": "4,d,4\n"}
	if _, err := b.copy("COPY t FROM 's3://b/in/cust' ROLE CSV"); err != nil {
		t.Fatal(err)
	}
	b.want(tableRows, "1|a|1.00", "2|b|2.00", "3|c|3.00")
	_, err := b.copy("COPY t FROM 's3://b/in/cust/' ROLE CSV")
	if err == nil || message(err) != "The specified S3 prefix 'in/cust/' does not exist" {
		t.Errorf("got %v", err)
	}
}

func TestTrap2DecimalsAreCut(t *testing.T) {
	b := open(t)
	b.files = files{"a": "1,a,20.259\n"}
	if _, err := b.copy("COPY t FROM 's3://b/a' ROLE CSV"); err != nil {
		t.Fatal(err)
	}
	b.want(tableRows, "1|a|20.25")
}

func TestTrap7MaxErrorCountsTheLimit(t *testing.T) {
	b := open(t)
	var text strings.Builder
	for i := range 100 {
		if i%40 == 3 {
			text.WriteString("x,a,1\n")
			continue
		}
		fmt.Fprintf(&text, "%d,a,1\n", i)
	}
	b.files = files{"a": text.String()}
	if _, err := b.copy("COPY t FROM 's3://b/a' ROLE CSV MAXERROR 3"); err == nil {
		t.Error("three errors passed MAXERROR 3")
	}
	b.want("SELECT count(*)::VARCHAR FROM public.t", "0")
	out, err := b.copy("COPY t FROM 's3://b/a' ROLE CSV MAXERROR 4")
	if err != nil || out.Rows != 97 || out.Errors != 3 {
		t.Errorf("got %+v, %v", out, err)
	}
	b.want("SELECT count(*)::VARCHAR FROM inlet.load_error WHERE query = "+fmt.Sprint(out.Query), "3")
}

func TestTrap8AllFilesOrNothing(t *testing.T) {
	b := open(t)
	b.files = files{"a.csv": "1,a,1\n", "b.csv": "2,b,2\n3,toolong,3\n"}
	_, err := b.copy("COPY t FROM 's3://b/' ROLE CSV")
	bad, ok := errors.AsType[*load.BadFiles](err)
	if !ok || len(bad.Files) != 1 || bad.Files[0].Key != "b.csv" {
		t.Fatalf("got %v", err)
	}
	if want := "Load into table 't' failed.  Check 'stl_load_errors' system table for details."; message(err) != want {
		t.Errorf("got %q", message(err))
	}
	b.want(tableRows)
	b.want("SELECT url, line::VARCHAR, column_name, column_type, column_length, raw_line, raw_field, code::VARCHAR, reason FROM inlet.load_error",
		"s3://b/b.csv|2|name|varchar|5|3,toolong,3|toolong|1204|String length exceeds DDL length")
	b.want("SELECT status, rows::VARCHAR, errors::VARCHAR FROM inlet.load", "aborted|0|1")
}

func TestTrap9HeaderInEveryFile(t *testing.T) {
	b := open(t)
	b.files = files{"a": "id,name,value\n1,a,1\n", "b": "id,name,value\n2,b,2\n"}
	if _, err := b.copy("COPY t FROM 's3://b/' ROLE CSV IGNOREHEADER 1"); err != nil {
		t.Fatal(err)
	}
	b.want(tableRows, "1|a|1.00", "2|b|2.00")
	b.want("SELECT rows::VARCHAR, files::VARCHAR, files_read::VARCHAR, status FROM inlet.load", "2|2|2|completed")
	b.want("SELECT url, rows::VARCHAR, lines::VARCHAR, loaded::VARCHAR FROM inlet.load_file ORDER BY url", "s3://b/a|1|2|true", "s3://b/b|1|2|true")
}

func TestTrap14Manifest(t *testing.T) {
	b := open(t)
	entry := `{"url":"s3://b/data"},{"url":"s3://b/data"},{"url":"s3://b/gone"%s}`
	b.files = files{"data": "1,a,1\n", "m1": `{"entries":[` + fmt.Sprintf(entry, "") + `]}`, "m2": `{"entries":[` + fmt.Sprintf(entry, `,"mandatory":true`) + `]}`}
	if _, err := b.copy("COPY t FROM 's3://b/m1' ROLE CSV MANIFEST"); err != nil {
		t.Fatal(err)
	}
	b.want(tableRows, "1|a|1.00", "1|a|1.00")
	if _, err := b.copy("COPY t FROM 's3://b/m2' ROLE CSV MANIFEST"); err == nil || !strings.Contains(message(err), "NoSuchKey") {
		t.Errorf("mandatory file missing: got %v", err)
	}
	if _, err := b.copy("COPY t FROM 's3://b/m' ROLE CSV MANIFEST"); err == nil || message(err) != "COPY with MANIFEST parameter requires full path of an S3 object" {
		t.Errorf("prefix: got %v", err)
	}
}

// zipped is text compressed with gzip.
func zipped(text string) string {
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	w.Write([]byte(text))
	w.Close()
	return z.String()
}

func TestBrokenFiles(t *testing.T) {
	z, bomb := zipped("1,a,1\n"), zipped("1,"+strings.Repeat("a", 64<<20))
	for name, c := range map[string]struct{ text, options, want string }{
		"gzip cut short":       {z[:len(z)-6], "GZIP", "s3://b/f: line"},
		"plain read as gzip":   {"1,a,1\n", "GZIP", "s3://b/f: line"},
		"row of over 4 MB":     {"1," + strings.Repeat("a", 5<<20) + ",1\n", "", "Load into table 't' failed."},
		"gzip of one long row": {bomb, "GZIP", "Load into table 't' failed."},
		"quote never closed":   {"1,\"a,1\n2,b,2\n", "", "Load into table 't' failed."},
		"text after a quote":   {"1,\"a\"b,1\n", "", "Load into table 't' failed."},
		"invalid UTF-8":        {"1,\xff,1\n", "", "Load into table 't' failed."},
		"gzip read as plain":   {z, "", "Load into table 't' failed."},
		"wrong type in column": {"1,a,1\nx,b,2\n", "", "Load into table 't' failed."},
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t)
			b.files = files{"f": c.text}
			_, err := b.copy("COPY t FROM 's3://b/f' ROLE CSV " + c.options)
			if err == nil || !strings.HasPrefix(message(err), c.want) {
				t.Errorf("got %v", err)
			}
			if bad, ok := errors.AsType[*load.BadFiles](err); !ok || len(bad.Files) != 1 {
				t.Errorf("the file is not named bad: %v", err)
			}
			b.want(tableRows)
		})
	}
}

func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct{ sql, code, want string }{
		"missing table":     {"COPY missing FROM 's3://b/' ROLE CSV", "XX000", "Cannot COPY into nonexistent table missing"},
		"missing column":    {"COPY t (id, nope) FROM 's3://b/' ROLE CSV", "42703", `column "nope" of relation "t" does not exist`},
		"role not attached": {"COPY t FROM 's3://b/' IAM_ROLE 'arn:aws:iam::222222222222:role/other' CSV", "XX000", "User arn:aws:redshift:us-east-1:222222222222:dbuser:c/awsuser is not authorized to assume IAM Role arn:aws:iam::222222222222:role/other"},
		"other region":      {"COPY t FROM 's3://b/' ROLE CSV REGION 'eu-west-1'", "XX000", "S3ServiceException:The bucket you are attempting to access must be addressed using the specified endpoint.,Status 301,Error PermanentRedirect"},
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t)
			_, err := b.copy(c.sql)
			if f, ok := errors.AsType[*fault.Error](err); !ok || f.Code != c.code || f.Message != c.want {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestNoLoadReadsAndLeavesTheTable(t *testing.T) {
	b := open(t)
	b.files = files{"a": "1,a,1\n"}
	if _, err := b.copy("COPY t FROM 's3://b/a' ROLE CSV NOLOAD"); err != nil {
		t.Fatal(err)
	}
	b.want(tableRows)
	b.files["a"] = "x,a,1\n"
	if _, err := b.copy("COPY t FROM 's3://b/a' ROLE CSV NOLOAD"); err == nil {
		t.Error("a bad row passed NOLOAD")
	}
}

func TestCopyFollowsTheOpenTransaction(t *testing.T) {
	b := open(t)
	b.files = files{"a": "1,a,1\nx,b,2\n"}
	if err := b.client.Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := b.copy("COPY t FROM 's3://b/a' ROLE CSV MAXERROR 5"); err != nil {
		t.Fatal(err)
	}
	b.want(tableRows, "1|a|1.00")
	if err := b.client.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.want(tableRows)
	b.want("SELECT count(*)::VARCHAR FROM inlet.load", "0")
	b.want("SELECT count(*)::VARCHAR FROM inlet.load_error", "1") // Rejected rows outlive the rollback.
}

func message(err error) string {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.Message
	}
	return "no fault: " + err.Error()
}

// STATUPDATE ON takes the table's owner or a superuser; all else of COPY takes INSERT.
func TestStatUpdateIsTheOwners(t *testing.T) {
	b := open(t)
	owner, loader := warehouse.User{Name: "owner"}, warehouse.User{Name: "loader"}
	for _, u := range []*warehouse.User{&owner, &loader} {
		if err := b.client.PutUser(t.Context(), u); err != nil {
			t.Fatal(err)
		}
	}
	mine := &warehouse.Table{Schema: "public", Name: "mine", Kind: "r", Owner: owner.ID, Columns: []warehouse.TableColumn{{Name: "id", Type: sqltype.Type{ID: sqltype.Integer}}}}
	err := errors.Join(b.client.CreateTable(t.Context(), mine), b.client.Grant(t.Context(), warehouse.Grant{On: warehouse.Object{Kind: warehouse.KindTable, OID: mine.OID},
		What: warehouse.Insert, To: warehouse.Grantee{Kind: "user", ID: loader.ID, Name: loader.Name}, Grantor: owner.ID}))
	if err != nil {
		t.Fatal(err)
	}
	b.files["one"] = "1\n"
	for _, tt := range []struct {
		user    warehouse.User
		options string
		code    string
	}{
		{owner, "STATUPDATE ON", ""}, {warehouse.User{ID: 100, Superuser: true}, "STATUPDATE ON", ""}, {loader, "", ""}, {loader, "STATUPDATE OFF", ""},
		{loader, "STATUPDATE ON", "42501"}, {loader, "STATUPDATE", "42501"},
	} {
		s, err := dialect.Parse("COPY mine FROM 's3://b/one' IAM_ROLE '" + role + "' CSV " + tt.options)
		if err != nil {
			t.Fatal(err)
		}
		_, err = load.New(b.files, slog.New(slog.DiscardHandler)).Copy(t.Context(), b.client, load.Request{Copy: s.(*dialect.Copy), User: tt.user})
		if fault.CodeOf(err) != tt.code {
			t.Errorf("%s with %q: %v", tt.user.Name, tt.options, err)
		}
	}
	b.want("SELECT count(*)::VARCHAR FROM public.mine", "4")
}

// IAM_ROLE default is the warehouse's default role, which must be attached as any other.
func TestDefaultRole(t *testing.T) {
	b := open(t)
	b.files["f"] = "1,a,1\n"
	ns := b.client.Database().Namespace()
	for _, tt := range []struct{ role, message string }{
		{"", "The default IAM role is not set"},
		{"arn:aws:iam::222222222222:role/other", "is not authorized to assume IAM Role arn:aws:iam::222222222222:role/other"},
		{role, ""},
	} {
		ns.DefaultRole = tt.role
		for _, auth := range []string{"IAM_ROLE default", "CREDENTIALS 'aws_iam_role=default'"} {
			if _, err := b.copy("COPY t FROM 's3://b/f' " + auth + " CSV"); (err == nil) != (tt.message == "") || err != nil && !strings.Contains(err.Error(), tt.message) {
				t.Errorf("%q, %s: %v", tt.role, auth, err)
			}
		}
	}
	b.want(tableRows, "1|a|1.00", "1|a|1.00")
}
