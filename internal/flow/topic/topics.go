package topic

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

// Principals knows the unique ids behind the principals of topic policies.
type Principals interface {
	// Resolve finds the unique ids that a document's principals have now.
	Resolve(d *policy.Document) (ids map[string]string, err error)
}

// Config says what topics are made of.
type Config struct {
	Guard      guard.Checker
	Principals Principals // nil takes principals by their ARNs alone
	Dir        string     // below which the protocol "file" writes; made when it is needed
	Region     string     // of topics whose creator names none
	Log        *slog.Logger

	Now   func() time.Time                            // nil means time.Now
	After func(time.Duration) <-chan time.Time        // nil means time.After
	Send  func(*http.Request) (*http.Response, error) // nil means a client that keeps away from link-local addresses
}

// Topic is a channel that messages are published to.
type Topic struct {
	ARN         string
	Name        string
	Account     string
	DisplayName string            `json:",omitempty"`
	Policy      string            // JSON
	PolicyIDs   map[string]string `json:",omitempty"` // unique ids of the policy's principals
	Tags        map[string]string `json:",omitempty"`
	Created     time.Time
}

// Subscription is an endpoint that gets a topic's messages.
type Subscription struct {
	ARN, TopicARN      string
	Owner              string // account
	Protocol, Endpoint string
	Token              string `json:",omitempty"` // that confirms it
	Confirmed          bool
	Authenticated      bool `json:",omitempty"` // ending it needs a signature
	Raw                bool `json:",omitempty"` // the message comes without its envelope
	Created            time.Time
}

// Topics keeps the topics of this node.
type Topics struct {
	Config
	db *bbolt.DB

	mu            sync.Mutex
	endpoint      string // of this node, for the links in messages
	topics        map[string]Topic
	subscriptions map[string]Subscription
	queue         map[uint64]pending
	busy          map[string]bool // subscriptions that are being delivered to
	woken         chan struct{}
}

var (
	topicTable        = []byte("topics")
	subscriptionTable = []byte("topic subscriptions")
	deliveryTable     = []byte("topic deliveries")
)

// Open reads what db holds.
func Open(db *bbolt.DB, c Config) (*Topics, error) {
	t := &Topics{Config: c, db: db, topics: map[string]Topic{}, subscriptions: map[string]Subscription{},
		queue: map[uint64]pending{}, busy: map[string]bool{}, woken: make(chan struct{}, 1)}
	if t.Now == nil {
		t.Now = time.Now
	}
	if t.After == nil {
		t.After = time.After
	}
	if t.Log == nil {
		t.Log = slog.Default()
	}
	if t.Send == nil {
		t.Send = newClient().Do
	}
	if err := db.Update(t.read); err != nil {
		return nil, fmt.Errorf("open topics: %w", err)
	}
	return t, nil
}

func (t *Topics) read(tx *bbolt.Tx) error {
	if err := readTable(tx, topicTable, func(_ []byte, one Topic) { t.topics[one.ARN] = one }); err != nil {
		return err
	}
	if err := readTable(tx, subscriptionTable, func(_ []byte, one Subscription) { t.subscriptions[one.ARN] = one }); err != nil {
		return err
	}
	return readTable(tx, deliveryTable, func(key []byte, d delivery) { t.queue[number(key)] = d.pending() })
}

func readTable[T any](tx *bbolt.Tx, name []byte, take func(key []byte, one T)) error {
	b, err := tx.CreateBucketIfNotExists(name)
	if err != nil {
		return err
	}
	return b.ForEach(func(k, v []byte) error {
		var one T
		if err := json.Unmarshal(v, &one); err != nil {
			return fmt.Errorf("%s %s: %w", name, k, err)
		}
		take(k, one)
		return nil
	})
}

// SetEndpoint says where this node answers AWS calls, for the links in messages.
func (t *Topics) SetEndpoint(url string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.endpoint = strings.TrimSuffix(url, "/")
}

func (t *Topics) address() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.endpoint
}

func putJSON(tx *bbolt.Tx, table []byte, key string, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return tx.Bucket(table).Put([]byte(key), text)
}

// find returns a topic.
func (t *Topics) find(arn string) (Topic, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	one, ok := t.topics[arn]
	if !ok {
		return Topic{}, noTopic(arn)
	}
	return one, nil
}

// change replaces a topic by what change makes of it.
func (t *Topics) change(arn string, change func(*Topic) error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	one, ok := t.topics[arn]
	if !ok {
		return noTopic(arn)
	}
	if err := change(&one); err != nil {
		return err
	}
	if err := t.db.Update(func(tx *bbolt.Tx) error { return putJSON(tx, topicTable, arn, one) }); err != nil {
		return fmt.Errorf("store topic %s: %w", arn, err)
	}
	t.topics[arn] = one
	return nil
}

// subscribed are the subscriptions that match, by ARN.
func (t *Topics) subscribed(match func(*Subscription) bool) []Subscription {
	t.mu.Lock()
	defer t.mu.Unlock()
	var found []Subscription
	for _, s := range t.subscriptions {
		if match(&s) {
			found = append(found, s)
		}
	}
	slices.SortFunc(found, func(a, b Subscription) int { return strings.Compare(a.ARN, b.ARN) })
	return found
}

// View is the topics as one session sees them: every method asks the guard first.
type View struct {
	t  *Topics
	by guard.Session
}

// As binds the topics to a session.
func (t *Topics) As(by guard.Session) *View { return &View{t, by} }

// ask asks for an action on a topic, which may not be there.
func (v *View) ask(ctx context.Context, action, arn string, facts map[string][]string) (Topic, error) {
	call := guard.Call{By: v.by, Action: "sns:" + action, On: arn, Owner: accountOf(arn, v.by.Account), Context: map[string][]string{}}
	one, missing := v.t.find(arn)
	if missing == nil {
		doc, err := one.document()
		if err != nil {
			return Topic{}, err
		}
		call.Policy = doc
		for key, value := range one.Tags {
			call.Context["aws:ResourceTag/"+key] = []string{value}
		}
	}
	for key, values := range facts {
		call.Context[key] = values
	}
	if err := v.t.Guard.Check(ctx, call); err != nil {
		return Topic{}, err
	}
	return one, missing
}
