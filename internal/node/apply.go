package node

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/config"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/arrival"
	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

// Apply makes what a pipeline file asks for, in the name of each account's
// root. What exists is brought to what the file says, so that a file can be
// applied at every start.
func (n *Node) Apply(ctx context.Context, f *config.File) error {
	if f.Region != "" && f.Region != n.Info.Region {
		return &fault.Error{Kind: fault.Conflict, Code: "RegionMismatch", Hint: "A node stays in the region of its first start: use another data directory.",
			Message: fmt.Sprintf("the pipeline is for region %s, this node is in %s", f.Region, n.Info.Region)}
	}
	for _, a := range f.Accounts {
		if err := n.applyAccount(a); err != nil {
			return err
		}
	}
	for _, r := range f.Roles { // Before the policies, which may only name roles that exist.
		if err := n.applyRole(ctx, r); err != nil {
			return fmt.Errorf("make role %s: %w", r.Name, err)
		}
	}
	for _, b := range f.Buckets {
		if err := n.applyBucket(ctx, b); err != nil {
			return fmt.Errorf("make bucket %s: %w", b.Name, err)
		}
	}
	if err := n.applyWarehouse(ctx, f.Warehouse); err != nil {
		return fmt.Errorf("prepare the warehouse: %w", err)
	}
	n.integrations.SetStrict(f.StrictIntegrations)
	for _, in := range f.Integrations {
		if err := n.applyIntegration(ctx, in); err != nil {
			return fmt.Errorf("make integration %s: %w", in.Name, err)
		}
	}
	if len(f.SQL)+len(f.Jobs) == 0 {
		return nil
	}
	conn, err := n.Connect(ctx)
	if err != nil {
		return fmt.Errorf("connect to the warehouse: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if err := n.applySQL(ctx, conn, f.SQL); err != nil {
		return err
	}
	return n.applyJobs(ctx, conn, f.Jobs)
}

func (n *Node) applyAccount(a config.Account) error {
	for _, known := range n.identities.Accounts() {
		if known.ID == a.ID {
			return nil
		}
	}
	return createAccount(n.identities, a.ID, a.Name)
}

func (n *Node) applyRole(ctx context.Context, r config.Role) error {
	view := n.identities.As(n.root(r.Account))
	_, err := view.CreateRole(ctx, identity.CreateRoleInput{Name: r.Name, Trust: n.expand(string(r.Trust))})
	if fault.KindOf(err) == fault.Exists {
		err = view.UpdateAssumeRolePolicy(ctx, r.Name, n.expand(string(r.Trust)))
	}
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(r.Policies)) {
		if err := view.PutRolePolicy(ctx, r.Name, name, n.expand(string(r.Policies[name]))); err != nil {
			return fmt.Errorf("put its policy %s: %w", name, err)
		}
	}
	return nil
}

func (n *Node) applyBucket(ctx context.Context, b config.Bucket) error {
	view := n.buckets.As(n.root(b.Account))
	if _, err := view.CreateBucket(ctx, bucket.CreateBucketInput{Bucket: b.Name}); err != nil && fault.CodeOf(err) != "BucketAlreadyOwnedByYou" {
		return err
	}
	if b.Policy == "" {
		return nil
	}
	return view.PutBucketPolicy(ctx, b.Name, []byte(n.expand(string(b.Policy))), false)
}

func (n *Node) applyWarehouse(ctx context.Context, w config.Warehouse) error {
	if n.Info.Cluster == "" && (len(w.Roles) > 0 || w.Policy != "") {
		return errNoCluster
	}
	view := n.namespaces.As(n.root(Account2))
	if len(w.Roles) > 0 {
		if _, err := view.ModifyRoles(ctx, n.Info.Namespace, w.Roles, nil); err != nil {
			return fmt.Errorf("attach roles: %w", err)
		}
	}
	if w.Policy == "" {
		return nil
	}
	return view.PutPolicy(ctx, n.Info.Namespace, n.expand(string(w.Policy)))
}

func (n *Node) applyIntegration(ctx context.Context, in config.Integration) error {
	if n.Info.Cluster == "" {
		return errNoCluster
	}
	made, err := n.integrations.As(n.root(in.Account)).Create(ctx, arrival.CreateInput{
		Name: in.Name, SourceARN: arn.Bucket(in.Bucket), TargetARN: n.Info.Namespace,
	})
	if fault.KindOf(err) == fault.Exists {
		return nil
	}
	if err != nil {
		return err
	}
	if made, err = n.integrations.Settled(ctx, made.ARN); err == nil && made.Status == arrival.Failed {
		return fmt.Errorf("it failed: %v", made.Errors)
	}
	return err
}

// applySQL runs statements through the SQL port, as any client would.
func (n *Node) applySQL(ctx context.Context, conn *pgx.Conn, statements []string) error {
	for _, sql := range statements {
		_, err := conn.Exec(ctx, n.expand(sql), pgx.QueryExecModeSimpleProtocol)
		if e, ok := errors.AsType[*pgconn.PgError](err); ok && slices.Contains(existing, e.Code) {
			n.log.Info("a statement of the pipeline file found its work done", "message", e.Message)
			continue
		}
		if err != nil {
			return fmt.Errorf("run %q: %w", sql, err)
		}
	}
	return nil
}

// applyJobs sets what COPY JOBs do besides Redshift's behaviour. Settings that a job's entry does not name stay.
func (n *Node) applyJobs(ctx context.Context, conn *pgx.Conn, jobs []config.Job) error {
	for _, j := range jobs {
		var list []string
		for _, name := range slices.Sorted(maps.Keys(j.Settings)) {
			list = append(list, warehouse.Quote(name)+" = "+warehouse.Literal(n.expand(j.Settings[name])))
		}
		sql := "COPY JOB ALTER " + warehouse.Quote(j.Name) + " SET (" + strings.Join(list, ", ") + ")"
		if _, err := conn.Exec(ctx, sql, pgx.QueryExecModeSimpleProtocol); err != nil {
			return fmt.Errorf("set job %s: %w", j.Name, err)
		}
	}
	return nil
}

// errNoCluster is why a pipeline cannot be applied to a node whose cluster was deleted.
var errNoCluster = &fault.Error{Kind: fault.NotFound, Code: "ClusterNotFound", Message: "the node has no cluster",
	Hint: "Create one with `aws redshift create-cluster` and start the node again."}

// existing are the SQLSTATEs that say a thing is there already.
var existing = []string{"42710", "42P06", "42P07"}

// Connect opens a connection to the SQL port as the warehouse's administrator.
func (n *Node) Connect(ctx context.Context) (*pgx.Conn, error) { return n.Info.Login.Connect(ctx) }

// root is an account's root user, acting from inside.
func (n *Node) root(account string) guard.Session {
	s := n.identities.Root(account)
	s.Request = inside(n.Info.Region)
	return s
}

// expand writes the node's own values where a text has ${NAME} with one of Env's
// names. Other names stay: policies have variables of their own.
func (n *Node) expand(text string) string { return n.Info.expand(text) }

// LastDenied is the newest refusal in plain words, "" when nothing was refused.
func (n *Node) LastDenied() string {
	if d := n.guard.Last(); d != nil {
		return d.Explain()
	}
	return ""
}

// Settled waits until every file that arrived for a job of the first cluster is loaded or has failed.
func (n *Node) Settled(ctx context.Context, job string) error {
	db, err := n.fleet.use(ctx, n.Info.Namespace)
	if err != nil {
		return err
	}
	return db.jobs.Settled(ctx, job)
}
