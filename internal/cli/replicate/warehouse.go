package replicate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/stage"
	"github.com/inlet-data/inlet/internal/flow/target"
	"github.com/inlet-data/inlet/internal/node"
)

// warehouse is where rows go, and how to get there.
type warehouse struct {
	data    string // Directory of the tasks' state.
	target  target.Config
	stage   stage.Options
	account *account // Whom AWS calls are made as.
	role    string   // ARN.
	cluster string   // Identifier, "" when it is not known.
	local   bool
}

// roleName is the role that DMS takes unless it is told another.
const roleName = "dms-access-for-endpoint"

// reach finds the warehouse, starts a node where there is none, and calls f with it.
func (o *Options) reach(ctx context.Context, f func(context.Context, *warehouse) error) error {
	if o.To != "" && o.To != "local" {
		w, err := o.redshift(ctx)
		if err != nil {
			return err
		}
		return f(ctx, w)
	}
	info, err := node.Find(o.Data)
	if node.NotRunning(err) {
		return o.withNode(ctx, func(ctx context.Context, info *node.Info) error { return o.onNode(ctx, info, f) })
	}
	if err != nil {
		return err
	}
	return o.onNode(ctx, info, f)
}

// withNode runs f beside a node in this process and stops the node when f returns.
func (o *Options) withNode(ctx context.Context, f func(context.Context, *node.Info) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	life, end := context.WithCancel(context.WithoutCancel(ctx)) // The node outlives an interrupt, so that the task can end in order.
	defer end()
	ready, ended := make(chan *node.Node, 1), make(chan error, 1)
	go func() {
		ended <- node.Run(life, node.Options{Data: o.Data, AWSListen: "127.0.0.1:0", SQLListen: "127.0.0.1:0", Ready: func(n *node.Node) { ready <- n }})
		stop() // So that f does not wait for a node that is gone.
	}()
	select {
	case n := <-ready:
		newPrinter(o).say("no inlet runs on %s: a node is started for as long as this command runs", n.Info.Data)
		err := f(ctx, &n.Info)
		end()
		return errors.Join(err, <-ended)
	case err := <-ended:
		return errors.Join(err, ctx.Err())
	}
}

// onNode prepares what the seed's page prepares: bucket, role and attachment.
func (o *Options) onNode(ctx context.Context, info *node.Info, f func(context.Context, *warehouse) error) error {
	login, err := info.Login.Config()
	if err != nil {
		return err
	}
	w := &warehouse{data: info.Data, local: true, cluster: info.Cluster, role: cmp.Or(o.Role, arn.Role(node.Account2, "/", roleName))}
	if w.account, err = accountOf(ctx, info); err != nil {
		return err
	}
	if o.Role == "" && !o.Check {
		if err := w.makeRole(ctx, newPrinter(o).say); err != nil {
			return err
		}
	}
	w.target = target.Config{Connect: &login.Config, Role: w.role}
	bucket, folder, err := o.place(stage.DefaultBucket(node.Account2, info.Region))
	if err != nil {
		return err
	}
	client, err := stage.Client(ctx, stage.Credentials{Region: info.Region, Endpoint: info.AWS, Provider: asDMS(info, w.role)})
	if err != nil {
		return err
	}
	w.stage = stage.Options{Client: client, Bucket: bucket, Folder: folder} // Not compressed: the files stay on this machine.
	return f(ctx, w)
}

// asDMS takes the role on the node in the name of DMS, again before it expires.
func asDMS(info *node.Info, role string) aws.CredentialsProvider {
	return aws.NewCredentialsCache(aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
		k, err := info.AssumeAsDMS(ctx, role)
		return aws.Credentials{AccessKeyID: k.AccessKeyID, SecretAccessKey: k.SecretAccessKey, SessionToken: k.SessionToken, CanExpire: true, Expires: k.Expires}, err
	}))
}

// place reads --stage.
func (o *Options) place(bucket string) (name, folder string, err error) {
	if o.Stage == "" {
		return bucket, "", nil
	}
	rest, ok := strings.CutPrefix(o.Stage, "s3://")
	name, folder, _ = strings.Cut(rest, "/")
	if !ok || name == "" {
		return "", "", unknown("--stage", o.Stage, "s3://BUCKET or s3://BUCKET/PREFIX")
	}
	return name, folder, nil
}

// redshift is Amazon's: the credentials are those of the environment and the profile.
func (o *Options) redshift(ctx context.Context) (*warehouse, error) {
	login, err := o.login()
	if err != nil {
		return nil, err
	}
	data := o.Data
	if data == "" {
		if data, err = node.DefaultData(); err != nil {
			return nil, err
		}
	}
	w := &warehouse{data: data, target: target.Config{Connect: login}}
	w.cluster, _, _ = strings.Cut(login.Host, ".")
	if w.account, err = accountFromEnvironment(ctx, regionOf(login.Host)); err != nil {
		return nil, err
	}
	id, err := w.account.id(ctx)
	if err != nil {
		return nil, err
	}
	w.role = cmp.Or(o.Role, arn.Role(id, "/", roleName))
	w.target.Role = w.role
	bucket, folder, err := o.place(stage.DefaultBucket(id, w.account.conf.Region))
	if err != nil {
		return nil, err
	}
	c := stage.Credentials{Region: w.account.conf.Region, Provider: w.account.conf.Credentials}
	if w.account.mayTake(ctx, w.role) {
		c.Role = w.role
	} else {
		newPrinter(o).say("role %s may not be taken by %s, which writes the staged files itself; COPY reads them as the role", w.role, id)
	}
	client, err := stage.Client(ctx, c)
	if err != nil {
		return nil, err
	}
	w.stage = stage.Options{Client: client, Bucket: bucket, Folder: folder, Gzip: true}
	return w, nil
}

// login reads --to; the URL is not repeated in errors, since there may be a password in it.
func (o *Options) login() (*pgconn.Config, error) {
	bad := &fault.Error{Kind: fault.Invalid, Code: "TargetURL", Message: "--to cannot be read", Hint: "It may be local or redshift://user@host:5439/database; the password may stand in PGPASSWORD."}
	u, err := url.Parse(o.To)
	if err != nil || u.Scheme != "redshift" || u.Host == "" || u.User == nil || len(u.Path) < 2 {
		return nil, bad
	}
	u.Scheme = "postgres"
	if u.Port() == "" {
		u.Host += ":5439"
	}
	q := u.Query()
	if q.Get("sslmode") == "" {
		q.Set("sslmode", "require")
	}
	u.RawQuery = q.Encode()
	password, given := u.User.Password()
	if !given {
		password = o.env("PGPASSWORD")
	}
	u.User = url.User(u.User.Username())
	c, err := pgconn.ParseConfig(u.String())
	if err != nil {
		return nil, fmt.Errorf("--to: %w", err)
	}
	c.Password = password
	return c, nil
}

func (o *Options) env(name string) string {
	if o.Env != nil {
		return o.Env(name)
	}
	return os.Getenv(name)
}

// regionOf is the region in the name of a cluster or workgroup, "" when it has none.
func regionOf(host string) string {
	parts := strings.Split(host, ".")
	for i, p := range parts {
		if strings.HasPrefix(p, "redshift") && i > 0 {
			return parts[i-1]
		}
	}
	return ""
}
