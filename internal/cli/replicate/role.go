package replicate

import (
	"context"
	_ "embed"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
)

// The documents of the role, as the page on DMS and Redshift Serverless has them.
var (
	//go:embed trust.json
	trustPolicy string
	//go:embed access.json
	accessPolicy string
)

// makeRole makes the role and attaches it to the cluster, each when it is not so yet, and tells what it did.
func (w *warehouse) makeRole(ctx context.Context, told func(format string, args ...any)) error {
	_, err := w.trust(ctx)
	if fault.KindOf(err) == fault.NotFound {
		err = w.createRole(ctx)
		told("made role %s, trusted by dms, redshift and redshift-serverless.amazonaws.com, with access to buckets dms-*", roleName)
	}
	if err != nil {
		return err
	}
	attached, err := w.attached(ctx)
	if err != nil || attached {
		return err
	}
	if err := w.account.call(ctx, "redshift", url.Values{"Action": {"ModifyClusterIamRoles"}, "ClusterIdentifier": {w.cluster}, "AddIamRoles.IamRoleArn.1": {w.role}}, nil); err != nil {
		return err
	}
	told("attached role %s to cluster %s", roleName, w.cluster)
	return w.awaitAttached(ctx)
}

func (w *warehouse) createRole(ctx context.Context) error {
	if err := w.account.call(ctx, "iam", url.Values{"Action": {"CreateRole"}, "RoleName": {roleName}, "AssumeRolePolicyDocument": {trustPolicy}}, nil); err != nil {
		return err
	}
	return w.account.call(ctx, "iam", url.Values{"Action": {"PutRolePolicy"}, "RoleName": {roleName}, "PolicyName": {"staging"}, "PolicyDocument": {accessPolicy}}, nil)
}

// trust is the role's trust policy.
func (w *warehouse) trust(ctx context.Context) (string, error) {
	var out struct {
		Document string `xml:"GetRoleResult>Role>AssumeRolePolicyDocument"`
	}
	err := w.account.call(ctx, "iam", url.Values{"Action": {"GetRole"}, "RoleName": {w.role[strings.LastIndexByte(w.role, '/')+1:]}}, &out)
	if err != nil {
		return "", err
	}
	text, err := url.QueryUnescape(out.Document)
	if err != nil {
		return "", fmt.Errorf("read the trust policy of %s: %w", w.role, err)
	}
	return text, nil
}

// attached reports whether the cluster may take the role now.
func (w *warehouse) attached(ctx context.Context) (bool, error) {
	var out struct {
		Roles []struct {
			ARN    string `xml:"IamRoleArn"`
			Status string `xml:"ApplyStatus"`
		} `xml:"DescribeClustersResult>Clusters>Cluster>IamRoles>ClusterIamRole"`
	}
	if err := w.account.call(ctx, "redshift", url.Values{"Action": {"DescribeClusters"}, "ClusterIdentifier": {w.cluster}}, &out); err != nil {
		return false, err
	}
	return slices.ContainsFunc(out.Roles, func(r struct {
		ARN    string `xml:"IamRoleArn"`
		Status string `xml:"ApplyStatus"`
	}) bool {
		return r.ARN == w.role && r.Status == "in-sync"
	}), nil
}

// awaitAttached asks until the attachment is in sync.
func (w *warehouse) awaitAttached(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	for tick := time.NewTicker(200 * time.Millisecond); ; {
		attached, err := w.attached(ctx)
		if err != nil || attached {
			tick.Stop()
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			tick.Stop()
			return fmt.Errorf("wait until role %s is attached: %w", w.role, ctx.Err())
		}
	}
}
