// Package replicate is the command that brings tables of a database into a warehouse
// and keeps them equal.
package replicate

import (
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"
)

// Options are the command's flags.
type Options struct {
	From, To    string
	Tables      []string
	Mode        string
	Stage, Role string
	Prepare     string
	Mappings    string
	Settings    string
	TypeMapping string
	Name        string
	Data        string

	Check         bool
	Reload        bool
	JSON          bool
	UntilCaughtUp bool

	Out, Err io.Writer
	Env      func(string) string // Nil is os.Getenv.
}

// New makes the command.
func New() *cobra.Command {
	o := &Options{}
	cmd := &cobra.Command{
		Use:   "replicate --from URL --tables PATTERNS",
		Short: "Bring tables of MySQL, MariaDB or PostgreSQL into the warehouse, and keep them equal",
		Long: "Load tables into Amazon Redshift, or the warehouse of this machine, and follow their changes:\n" +
			"rows become CSV files in a staging bucket, COPY loads them, and rows and position commit\n" +
			"together. Started again, the command goes on where it was; --reload begins anew.\n\n" +
			"Passwords stand in the URLs or in MYSQL_PWD and PGPASSWORD. docs/replicate.md explains it all.",
		Example: "  inlet replicate --from mysql://root@127.0.0.1 --tables 'demo1.cdcdata'\n" +
			"  inlet replicate --from mysql://repl@db1,db2 --tables 'shop.*' --mode full-load --check\n" +
			"  inlet replicate --from mysql://repl@db --to redshift://admin@wh.example.eu-west-1.redshift.amazonaws.com/dev \\\n" +
			"      --tables 'demo1.*' --stage s3://dms-staging/demo1 --role arn:aws:iam::111122223333:role/dms-access-for-endpoint",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.Out, o.Err = cmd.OutOrStdout(), cmd.ErrOrStderr()
			return Run(cmd.Context(), o)
		},
	}
	o.flags(cmd)
	return cmd
}

func (o *Options) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.From, "from", "", "source `URL`: mysql://, mariadb:// or postgres://user[:password]@host[:port]")
	f.StringVar(&o.To, "to", "local", "target: local, or redshift://user[:password]@host[:5439]/database")
	f.StringSliceVar(&o.Tables, "tables", nil, "`PATTERNS` of tables, such as demo1.cdcdata or shop.*")
	f.StringVar(&o.Mode, "mode", "full-load-and-cdc", "full-load, cdc or full-load-and-cdc")
	f.StringVar(&o.Stage, "stage", "", "staging `place`, s3://BUCKET/PREFIX (default: a bucket dms-… of the account, made when it is absent)")
	f.StringVar(&o.Role, "role", "", "`ARN` of the role that writes and COPYs staged files (default: dms-access-for-endpoint)")
	f.StringVar(&o.Prepare, "prepare", "", "tables with rows: truncate, drop, or do-nothing to add to them (default: refuse them)")
	f.StringVar(&o.Mappings, "mappings", "", "table-mapping `file` of DMS, instead of --tables")
	f.StringVar(&o.Settings, "settings", "", "task settings `file` of DMS")
	f.StringVar(&o.TypeMapping, "type-mapping", "widest", "widest loses nothing; dms has the types that DMS chooses")
	f.StringVar(&o.Name, "name", "", "`name` of the task (default: made of the other flags, so that the same command goes on)")
	f.StringVar(&o.Data, "data", "", "data `directory` of the node (default: inlet in the user's data directory)")
	f.BoolVar(&o.Check, "check", false, "look at everything, load nothing")
	f.BoolVar(&o.Reload, "reload", false, "load all tables again")
	f.BoolVar(&o.JSON, "json", false, "print one JSON object a line")
	f.BoolVar(&o.UntilCaughtUp, "until-caught-up", false, "end once the changes up to now are applied")
}

// Run replicates until it is done, interrupted or stopped by an error.
func Run(ctx context.Context, o *Options) (err error) {
	j, err := o.job()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.source.Close()) }()
	return o.reach(ctx, func(ctx context.Context, w *warehouse) error {
		j.warehouse = w
		if o.Check {
			return j.check(ctx)
		}
		return j.run(ctx)
	})
}
