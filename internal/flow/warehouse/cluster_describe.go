package warehouse

import (
	"context"
	"slices"
	"strings"
)

// Page asks for a part of a list: at most Max records after the one that a Marker named.
type Page struct {
	Max    int // 0 means DefaultPage
	Marker string
}

// DefaultPage is how many records a list has at a time.
const DefaultPage = 100

// page cuts a list, which comes in the order of its keys.
func page[T any](all []T, key func(T) string, p Page) (part []T, marker string) {
	if p.Max == 0 {
		p.Max = DefaultPage
	}
	slices.SortFunc(all, func(a, b T) int { return strings.Compare(key(a), key(b)) })
	from := slices.IndexFunc(all, func(x T) bool { return key(x) > p.Marker })
	if from < 0 {
		return nil, ""
	}
	if all = all[from:]; len(all) <= p.Max {
		return all, ""
	}
	return all[:p.Max], key(all[p.Max-1])
}

// checkPage holds a page to the limits of the Query operations.
func checkPage(p Page) error {
	if p.Max != 0 && (p.Max < 20 || p.Max > 100) {
		return badParameter("InvalidParameterValue", "The value %d for MaxRecords is not valid: it must be from 20 to 100.", p.Max)
	}
	return nil
}

// TagFilter selects what has one of the keys, or one of the values. An empty one selects all.
type TagFilter struct{ Keys, Values []string }

func (f TagFilter) selects(tags map[string]string) bool {
	if len(f.Keys) == 0 && len(f.Values) == 0 {
		return true
	}
	for k, v := range tags {
		if slices.Contains(f.Keys, k) || slices.Contains(f.Values, v) {
			return true
		}
	}
	return false
}

// DescribeClusters lists the clusters of the caller's account and region, or the one it names.
func (v *NamespaceView) DescribeClusters(ctx context.Context, identifier string, tags TagFilter, p Page) ([]*Namespace, string, error) {
	if identifier != "" {
		n, err := v.cluster(ctx, "redshift:DescribeClusters", identifier)
		if err != nil {
			return nil, "", err
		}
		return []*Namespace{n}, "", nil
	}
	if err := v.ask(ctx, question{action: "redshift:DescribeClusters", on: v.redshift("cluster:*")}); err != nil {
		return nil, "", err
	}
	if err := checkPage(p); err != nil {
		return nil, "", err
	}
	all := v.store.list(func(n *Namespace) bool {
		return n.Kind == Provisioned && n.Account == v.by.Account && n.in(v.by.Request.Region) && tags.selects(n.Tags)
	})
	part, marker := page(all, func(n *Namespace) string { return n.Cluster }, p)
	return part, marker, nil
}

// cluster finds a cluster of the caller for an action. Whether it exists is
// told only to who may act on it.
func (v *NamespaceView) cluster(ctx context.Context, action, identifier string) (*Namespace, error) {
	n, missing := v.store.Cluster(v.by.Account, v.by.Request.Region, identifier)
	q := question{action: action, on: v.redshift("cluster:" + identifier)}
	if n != nil {
		q.on, q.tags = n.ClusterARN(), n.Tags
	}
	if err := v.ask(ctx, q); err != nil {
		return nil, err
	}
	return n, missing
}

// LoggingStatus describes the audit logging of a cluster, which is always off here.
func (v *NamespaceView) LoggingStatus(ctx context.Context, identifier string) error {
	_, err := v.cluster(ctx, "redshift:DescribeLoggingStatus", identifier)
	return err
}

// Snapshots lists the snapshots of the caller's account: there are none, since none can be made here.
func (v *NamespaceView) Snapshots(ctx context.Context, identifier, snapshot string, p Page) error {
	on := v.redshift("snapshot:*/*")
	if snapshot != "" {
		on = v.redshift("snapshot:" + identifier + "/" + snapshot)
	}
	if err := v.ask(ctx, question{action: "redshift:DescribeClusterSnapshots", on: on}); err != nil {
		return err
	}
	if snapshot != "" {
		return noSnapshot(snapshot)
	}
	return checkPage(p)
}
