package topic

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
)

// refused is an endpoint's answer that will not change.
type refused struct{ status int }

func (r *refused) Error() string { return fmt.Sprintf("the endpoint answered %d", r.status) }

func permanent(err error) bool {
	var r *refused
	return errors.As(err, &r)
}

// send makes one attempt to bring a message to its endpoint.
func (t *Topics) send(ctx context.Context, s *Subscription, d *delivery) error {
	if s.Protocol == "file" {
		return t.write(s.Endpoint, d.Body)
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.Endpoint, bytes.NewReader(d.Body))
	if err != nil {
		return fmt.Errorf("make a request: %w", err)
	}
	for name, value := range map[string]string{
		"Content-Type": "text/plain; charset=UTF-8", "User-Agent": "inlet",
		"x-amz-sns-message-type": d.Type, "x-amz-sns-message-id": d.ID, "x-amz-sns-topic-arn": d.Topic,
	} {
		r.Header.Set(name, value)
	}
	if d.Type == "Notification" {
		r.Header.Set("x-amz-sns-subscription-arn", s.ARN)
	}
	if d.Raw {
		r.Header.Set("x-amz-sns-rawdelivery", "true")
	}
	return t.post(r)
}

// maxAnswer is how much of an endpoint's answer is read, so that the connection can be used again.
const maxAnswer = 64 << 10

func (t *Topics) post(r *http.Request) error {
	res, err := t.Send(r)
	if err != nil {
		return fmt.Errorf("send: %w", err)
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, maxAnswer)) // What it says does not matter.
	_ = res.Body.Close()
	switch {
	case res.StatusCode < 300:
		return nil
	case res.StatusCode < 500 && res.StatusCode != http.StatusTooManyRequests:
		return &refused{res.StatusCode}
	}
	return fmt.Errorf("the endpoint answered %d", res.StatusCode)
}

// write appends a message and a newline to a file below the directory, out of which no link leads.
func (t *Topics) write(name string, body []byte) (err error) {
	if err := os.MkdirAll(t.Dir, 0o700); err != nil {
		return fmt.Errorf("make the directory of notifications: %w", err)
	}
	root, err := os.OpenRoot(t.Dir)
	if err != nil {
		return fmt.Errorf("open the directory of notifications: %w", err)
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	if dir := filepath.Dir(name); dir != "." {
		if err := root.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("make the directory of %s: %w", name, err)
		}
	}
	f, err := root.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("open %s: %w", name, err)
	}
	_, err = f.Write(append(bytes.Clone(body), '\n'))
	return errors.Join(err, f.Sync(), f.Close())
}
