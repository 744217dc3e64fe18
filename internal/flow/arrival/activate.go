package arrival

import (
	"context"
	"errors"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

// serviceName is the principal that Redshift acts as.
const serviceName = "redshift.amazonaws.com"

// service is Redshift acting for a resource of the integration's account.
func (i *Integration) service(sourceARN string) guard.Session {
	return guard.Session{Type: policy.Service, ARN: serviceName, Name: serviceName, SourceARN: sourceARN, SourceAccount: i.Account}
}

// maker is Redshift as the bucket sees it while the integration is made.
func (s *Integrations) maker(in *Integration) guard.Session {
	by := in.service(in.ARN)
	if s.strict.Load() {
		by.SourceARN, by.SourceAccount = "", ""
	}
	return by
}

// activate asks what is asked of the service and sets the integration up, or lets it fail.
func (s *Integrations) activate(ctx context.Context, in Integration) (Integration, error) {
	ctx = guard.Within(ctx, in.ARN) // What is refused is found by it.
	var missing []error
	if err := s.authorize(ctx, &in); err != nil {
		missing = append(missing, err)
	}
	missing = append(missing, s.subscribe(ctx, &in, len(missing) == 0)...)
	for _, err := range missing {
		if !refusal(err) {
			s.leave() // It stays in creation; Run tries again.
			return in, err
		}
		in.Errors = append(in.Errors, s.explain(err))
	}
	if in.Status = Active; len(missing) > 0 {
		in.Status = Failed
	}
	if err := s.put(in); err != nil {
		s.leave()
		return in, err
	}
	s.tell(ctx, in)
	return in, nil
}

// authorize asks the namespace whether the service may bring it events of the bucket.
func (s *Integrations) authorize(ctx context.Context, in *Integration) error {
	target, err := s.namespaces.ByARN(in.TargetARN)
	if err != nil {
		return noTarget(in.TargetARN)
	}
	doc, err := target.PolicyDocument()
	if err != nil {
		return err
	}
	return s.guard.Check(ctx, guard.Call{By: in.service(in.SourceARN), Action: "redshift:AuthorizeInboundIntegration", On: in.TargetARN,
		Owner: target.Account, Policy: doc})
}

// subscribe puts the integration into the bucket's notification configuration when that is all that is missing.
func (s *Integrations) subscribe(ctx context.Context, in *Integration, allowed bool) []error {
	b, name := s.store.As(s.maker(in)), in.Bucket()
	var missing []error
	if _, err := b.BucketLocation(ctx, name); err != nil {
		missing = append(missing, err)
	}
	if n, err := b.NotificationConfiguration(ctx, name); err != nil {
		missing = append(missing, err)
	} else if n.Creates() {
		missing = append(missing, &fault.Error{Kind: fault.Conflict, Code: "IntegrationConflictOperationFault", On: in.SourceARN,
			Message: "The bucket " + name + " has a notification for s3:ObjectCreated events already."})
	}
	if allowed && len(missing) == 0 {
		if err := b.PutNotification(ctx, name, in.notification()); err != nil {
			missing = append(missing, err)
		}
	}
	return missing
}

// refusal reports whether an error would come again, so that the integration has failed.
func refusal(err error) bool {
	if _, ok := errors.AsType[*guard.Denied](err); ok {
		return true
	}
	f, ok := errors.AsType[*fault.Error](err)
	return ok && f.Kind != fault.Internal && f.Kind != fault.Unavailable && f.Kind != fault.Cancelled
}

// explain names what is missing.
func (s *Integrations) explain(err error) IntegrationError {
	if d, ok := errors.AsType[*guard.Denied](err); ok {
		message := d.Error()
		if near, ok := d.Decision.Nearest(); ok && s.strict.Load() && near.Failed == policy.ConditionElement {
			message += "; the bucket policy must not have conditions on aws:SourceArn and aws:SourceAccount while the integration is created (strictIntegrations)"
		}
		return IntegrationError{Code: "AccessDenied", Message: message}
	}
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return IntegrationError{Code: f.Code, Message: f.Message}
	}
	return IntegrationError{Code: "InternalFailure", Message: err.Error()}
}

// finish takes an integration that is being deleted away: first its entry in the bucket, last the integration.
func (s *Integrations) finish(ctx context.Context, in Integration) error {
	err := s.store.As(in.service(in.ARN)).DeleteNotification(ctx, in.Bucket(), in.ARN)
	if err != nil && !refusal(err) {
		return err // A bucket that is gone, or closed to the service, keeps nothing from being deleted.
	}
	if err := s.sink.Integration(ctx, in.TargetARN, in); err != nil {
		return err
	}
	return s.remove(in)
}

// tell mirrors a state to the warehouse; what fails is left to Run.
func (s *Integrations) tell(ctx context.Context, in Integration) {
	if err := s.sink.Integration(ctx, in.TargetARN, in); err != nil {
		s.leave()
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.unsaid, in.ARN)
}

// leave wakes Run for what could not be finished.
func (s *Integrations) leave() {
	select {
	case s.unfinish <- struct{}{}:
	default:
	}
}

// catchUp finishes what was left, for example by a crash.
func (s *Integrations) catchUp(ctx context.Context) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	var failed error
	for _, in := range s.list(func(i *Integration) bool { return s.unsaid[i.ARN] || i.Status == Creating || i.Status == Deleting }) {
		failed = errors.Join(failed, s.catchUpOne(ctx, in))
	}
	return failed
}

func (s *Integrations) catchUpOne(ctx context.Context, in Integration) error {
	switch in.Status {
	case Creating:
		_, err := s.activate(ctx, in)
		return err
	case Deleting:
		return s.finish(ctx, in)
	}
	if err := s.sink.Integration(ctx, in.TargetARN, in); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.unsaid, in.ARN)
	return nil
}
