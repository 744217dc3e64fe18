package warehouse

import (
	"context"
	"fmt"

	"github.com/inlet-data/inlet/internal/fault"
)

// DeleteClusterInput says which cluster goes. No snapshot can be made of it
// here, so SkipSnapshot has to be set.
type DeleteClusterInput struct {
	Identifier, Snapshot string
	SkipSnapshot         bool
}

// DeleteCluster removes a cluster with its data.
func (v *NamespaceView) DeleteCluster(ctx context.Context, in DeleteClusterInput) (*Namespace, error) {
	n, err := v.cluster(ctx, "redshift:DeleteCluster", in.Identifier)
	if err != nil {
		return nil, err
	}
	switch {
	case in.SkipSnapshot && in.Snapshot != "":
		return nil, badParameter("InvalidParameterCombination", "FinalClusterSnapshotIdentifier can't be specified when SkipFinalClusterSnapshot is true.")
	case !in.SkipSnapshot && in.Snapshot == "":
		return nil, badParameter("InvalidParameterCombination", "FinalClusterSnapshotIdentifier is required unless SkipFinalClusterSnapshot is specified.")
	case !in.SkipSnapshot:
		return nil, &fault.Error{Kind: fault.Unsupported, Code: "UnsupportedOperation", Message: "Snapshots are not supported by inlet: specify SkipFinalClusterSnapshot."}
	}
	return v.store.withdraw(ctx, n, StatusAvailable, StatusPaused)
}

// withdraw deletes a namespace that is in one of the states.
func (s *Namespaces) withdraw(ctx context.Context, n *Namespace, from ...Status) (*Namespace, error) {
	if _, err := s.hosting(); err != nil {
		return nil, err
	}
	gone, err := s.move(n.ID, StatusDeleting, from...)
	if err != nil {
		return nil, err
	}
	return gone, s.destroy(context.WithoutCancel(ctx), gone)
}

// move takes a namespace from one of the states to another.
func (s *Namespaces) move(id string, to Status, from ...Status) (*Namespace, error) {
	return s.update(id, func(n *Namespace) error {
		for _, f := range from {
			if n.Status == f {
				n.Status = to
				return nil
			}
		}
		return invalidState(n)
	})
}

// stop ends a namespace's sessions and port; its data stays.
func (s *Namespaces) stop(ctx context.Context, n *Namespace) error {
	h, err := s.hosting()
	if err != nil {
		return err
	}
	if err := h.Stop(ctx, n.ARN(), false); err != nil {
		return fmt.Errorf("stop %s: %w", n.Label(), err)
	}
	return nil
}

// PauseCluster stops a cluster until it is resumed.
func (v *NamespaceView) PauseCluster(ctx context.Context, identifier string) (*Namespace, error) {
	n, err := v.cluster(ctx, "redshift:PauseCluster", identifier)
	if err != nil {
		return nil, err
	}
	if n.Status != StatusAvailable {
		return nil, invalidState(n)
	}
	if err := v.store.stop(ctx, n); err != nil {
		return nil, err
	}
	return v.store.move(n.ID, StatusPaused, StatusAvailable)
}

// ResumeCluster starts a paused cluster.
func (v *NamespaceView) ResumeCluster(ctx context.Context, identifier string) (*Namespace, error) {
	n, err := v.cluster(ctx, "redshift:ResumeCluster", identifier)
	if err != nil {
		return nil, err
	}
	if n.Status != StatusPaused {
		return nil, invalidState(n)
	}
	if err := v.store.start(ctx, n); err != nil {
		return nil, err
	}
	return v.store.ByARN(n.ARN())
}

// RebootCluster ends a cluster's sessions and starts it again.
func (v *NamespaceView) RebootCluster(ctx context.Context, identifier string) (*Namespace, error) {
	n, err := v.cluster(ctx, "redshift:RebootCluster", identifier)
	if err != nil {
		return nil, err
	}
	if n.Status != StatusAvailable {
		return nil, invalidState(n)
	}
	return v.store.restart(ctx, n)
}
