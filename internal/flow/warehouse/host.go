package warehouse

import (
	"context"
	"errors"
	"fmt"

	"github.com/inlet-data/inlet/internal/fault"
)

// Host runs the engines behind namespaces.
type Host interface {
	// Start makes the namespace answer SQL and returns where; it is called again
	// at every start of the node, and does nothing for one that answers already.
	// A database without the administrator ns.AdminUser gets it with the digest
	// ns.AdminPassword. ns.Port is a wish: the port that is returned holds.
	Start(ctx context.Context, ns *Namespace) (host string, port int, err error)
	// Stop ends its sessions and port; with drop its data is removed too. It does
	// nothing for a namespace that does not run.
	Stop(ctx context.Context, arn string, drop bool) error
}

// Administrators is what a Host also is when it can give the administrator of
// a running namespace another password.
type Administrators interface {
	// SetAdminPassword sets the digest (PasswordDigest) of ns.AdminUser's password.
	SetAdminPassword(ctx context.Context, ns *Namespace, digest string) error
}

// SetHost names who runs the engines. Without a host no namespace can be started.
func (s *Namespaces) SetHost(h Host) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.host = h
}

func (s *Namespaces) hosting() (Host, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.host == nil {
		return nil, &fault.Error{Kind: fault.Unavailable, Code: "ServiceUnavailable", Message: "No engine can be started here yet."}
	}
	return s.host, nil
}

// StartAll starts every namespace that should run, and ends what a crash cut
// short: what was being made or deleted then, and so was never answered for, goes away.
func (s *Namespaces) StartAll(ctx context.Context) error {
	var failed error
	for _, n := range s.All() {
		if err := s.settle(ctx, n); err != nil {
			failed = errors.Join(failed, fmt.Errorf("start %s: %w", n.Label(), err))
		}
	}
	return failed
}

// settle brings one namespace to the state that its record asks for.
func (s *Namespaces) settle(ctx context.Context, n *Namespace) error {
	switch {
	case n.Status == StatusDeleting, n.Status == StatusCreating:
		return s.destroy(ctx, n)
	case n.Group != nil && n.Group.Status != StatusAvailable:
		return s.close(ctx, n)
	case n.Status == StatusPaused, n.Kind == Serverless && n.Workgroup == "":
		return nil
	}
	return s.start(ctx, n)
}

// start makes a namespace answer and keeps where.
func (s *Namespaces) start(ctx context.Context, n *Namespace) error {
	h, err := s.hosting()
	if err != nil {
		return err
	}
	host, port, err := h.Start(ctx, n)
	if err != nil {
		return err
	}
	if err := s.overdue(ctx, h, n); err != nil {
		return err
	}
	_, err = s.update(n.ID, func(n *Namespace) error {
		n.Status, n.Endpoint, n.AdminChanged = StatusAvailable, Endpoint{host, port}, false
		if n.Group != nil {
			n.Group.Status = StatusAvailable
		}
		return nil
	})
	return err
}

// destroy ends a namespace with its data and forgets it, in this order, so that
// a crash in between leaves a record that says what is still to be done.
func (s *Namespaces) destroy(ctx context.Context, n *Namespace) error {
	h, err := s.hosting()
	if err != nil {
		return err
	}
	if err := h.Stop(ctx, n.ARN(), true); err != nil {
		return fmt.Errorf("remove the data of %s: %w", n.ARN(), err)
	}
	if err := s.unmanage(ctx, n); err != nil {
		return err
	}
	return s.remove(n.ID)
}

// close ends a workgroup; the namespace keeps its data.
func (s *Namespaces) close(ctx context.Context, n *Namespace) error {
	h, err := s.hosting()
	if err != nil {
		return err
	}
	if err := h.Stop(ctx, n.ARN(), false); err != nil {
		return fmt.Errorf("stop %s: %w", n.ARN(), err)
	}
	_, err = s.update(n.ID, func(n *Namespace) error {
		n.Workgroup, n.Group, n.Endpoint, n.Port = "", nil, Endpoint{}, 0
		return nil
	})
	return err
}
