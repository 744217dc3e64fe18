package logs

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
)

// View is the store as one session sees it: every method asks the guard first.
type View struct {
	store *Store
	by    guard.Session
}

// As binds the store to a session.
func (s *Store) As(by guard.Session) *View { return &View{s, by} }

// group is the ARN of a group that the caller names by its name or its ARN.
func (v *View) group(name string) string {
	if a, err := arn.Parse(name); err == nil && a.Service == "logs" {
		return strings.TrimSuffix(name, ":*")
	}
	return groupARN(cmp.Or(v.by.Request.Region, v.store.Region), v.by.Account, name)
}

// ask asks for an action on a group or, with a name, on a stream of it. AWS names
// both as streams.
func (v *View) ask(ctx context.Context, action, group, stream string, facts map[string][]string) error {
	return v.askOn(ctx, action, group, group+":log-stream:"+stream, facts)
}

// askOn asks for an action on a resource that belongs to a group.
func (v *View) askOn(ctx context.Context, action, group, on string, facts map[string][]string) error {
	owner := v.by.Account
	if a, err := arn.Parse(group); err == nil && a.Account != "" {
		owner = a.Account
	}
	if facts == nil {
		facts = map[string][]string{}
	}
	v.store.mu.Lock()
	for key, value := range v.store.groups[group].Tags {
		facts["aws:ResourceTag/"+key] = []string{value}
	}
	v.store.mu.Unlock()
	return v.store.Guard.Check(ctx, guard.Call{By: v.by, Action: "logs:" + action, On: on, Owner: owner, Context: facts})
}

func tagFacts(tags map[string]string) map[string][]string {
	facts := map[string][]string{}
	for key, value := range tags {
		facts["aws:RequestTag/"+key] = []string{value}
		facts["aws:TagKeys"] = append(facts["aws:TagKeys"], key)
	}
	return facts
}

// CreateGroupInput describes a group to make.
type CreateGroupInput struct {
	Name, KMSKey, Class string
	Protected           bool
	Tags                map[string]string
}

const maxGroups = 10_000

// CreateGroup makes a log group.
func (v *View) CreateGroup(ctx context.Context, in CreateGroupInput) error {
	name := v.group(in.Name)
	if err := v.ask(ctx, "CreateLogGroup", name, "", tagFacts(in.Tags)); err != nil {
		return err
	}
	if strings.HasPrefix(in.Name, "aws/") {
		return invalid("Log groups starting with AWS/ are reserved for AWS.")
	}
	g := Group{Account: v.by.Account, Region: cmp.Or(v.by.Request.Region, v.store.Region), Name: in.Name, Created: v.store.Now().UTC(),
		Class: in.Class, KMSKey: in.KMSKey, Protected: in.Protected, Tags: in.Tags}
	if err := checkTags(nil, in.Tags); err != nil {
		return err
	}
	v.store.mu.Lock()
	defer v.store.mu.Unlock()
	if _, ok := v.store.groups[name]; ok {
		return exists("log group")
	}
	if len(v.store.groups) >= maxGroups {
		return &fault.Error{Kind: fault.TooLarge, Code: "LimitExceededException", Message: "Resource limit exceeded."}
	}
	if err := v.store.put(groupTable, name, g); err != nil {
		return err
	}
	v.store.groups[name] = g
	return nil
}

// Page asks for a part of a list.
type Page struct {
	Max   int
	Token string
}

// cut takes a page out of a sorted list; the token is the key of a page's last element.
func cut[T any](all []T, key func(*T) string, p Page) ([]T, string) {
	from := slices.IndexFunc(all, func(one T) bool { return p.Token == "" || key(&one) > p.Token })
	if from < 0 {
		return nil, ""
	}
	if all = all[from:]; len(all) <= p.Max {
		return all, ""
	}
	return all[:p.Max], key(&all[p.Max-1])
}

// GroupsInput says which groups to list.
type GroupsInput struct {
	Page
	Action          string // as which it is asked for
	Prefix, Pattern string
	Expression      bool // Pattern is an expression, not a part of the name
	Class           string
	Names           []string // or ARNs
	Accounts        []string // none means the caller's; those of others are linked to no account here
}

// Described is a group with what it holds.
type Described struct {
	Group
	Bytes int64
}

// Groups lists log groups by name.
func (v *View) Groups(ctx context.Context, in GroupsInput) ([]Described, string, error) {
	region := cmp.Or(v.by.Request.Region, v.store.Region)
	if err := v.ask(ctx, in.Action, groupARN(region, v.by.Account, ""), "", nil); err != nil {
		return nil, "", err
	}
	if in.Prefix != "" && in.Pattern != "" {
		return nil, "", invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.")
	}
	matches, err := in.matcher(v)
	if err != nil {
		return nil, "", err
	}
	v.store.mu.Lock()
	defer v.store.mu.Unlock()
	var all []Group
	for _, g := range v.store.groups {
		if g.Account == v.by.Account && g.Region == region && matches(&g) {
			all = append(all, g)
		}
	}
	slices.SortFunc(all, func(a, b Group) int { return strings.Compare(a.Name, b.Name) })
	page, token := cut(all, func(g *Group) string { return g.Name }, in.Page)
	out := make([]Described, len(page))
	for i, g := range page {
		out[i] = Described{g, 0}
		for _, one := range v.store.streams[g.ARN()] {
			j, err := v.store.journal(one.ID)
			if err != nil {
				return nil, "", err
			}
			out[i].Bytes += j.span().Bytes
		}
	}
	return out, token, nil
}

func (in *GroupsInput) matcher(v *View) (func(*Group) bool, error) {
	find := func(name string) bool { return strings.Contains(strings.ToLower(name), strings.ToLower(in.Pattern)) }
	if in.Expression && in.Pattern != "" {
		expression, err := regexp.Compile(in.Pattern)
		if err != nil {
			return nil, invalid("Invalid log group name pattern.")
		}
		find = expression.MatchString
	}
	return func(g *Group) bool {
		own := len(in.Accounts) == 0 || slices.Contains(in.Accounts, g.Account)
		named := len(in.Names) == 0 || slices.ContainsFunc(in.Names, func(n string) bool { return v.group(n) == g.ARN() })
		return own && named && strings.HasPrefix(g.Name, in.Prefix) && find(g.Name) && (in.Class == "" || cmp.Or(g.Class, "STANDARD") == in.Class)
	}, nil
}

// DeleteGroup removes a group with its streams.
func (v *View) DeleteGroup(ctx context.Context, name string) error {
	group := v.group(name)
	if err := v.ask(ctx, "DeleteLogGroup", group, "", nil); err != nil {
		return err
	}
	s := v.store
	s.mu.Lock()
	defer s.mu.Unlock()
	g, ok := s.groups[group]
	if !ok {
		return noGroup()
	}
	if g.Protected {
		return &fault.Error{Kind: fault.Conflict, Code: "ValidationException", Message: "The log group is protected from deletion."}
	}
	if err := s.dropStreams(s.sorted(group)); err != nil {
		return err
	}
	if err := s.remove(groupTable, group); err != nil {
		return err
	}
	delete(s.groups, group)
	delete(s.streams, group)
	return nil
}

// retentions are the numbers of days for which events can be kept.
var retentions = []int{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}

// SetRetention says for how many days a group keeps events; 0 is for ever.
func (v *View) SetRetention(ctx context.Context, name string, days int) error {
	action := "PutRetentionPolicy"
	if days == 0 {
		action = "DeleteRetentionPolicy"
	}
	group := v.group(name)
	if err := v.ask(ctx, action, group, "", nil); err != nil {
		return err
	}
	if days != 0 && !slices.Contains(retentions, days) {
		return invalid(fmt.Sprintf("1 validation error detected: Value '%d' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: %v", days, retentions))
	}
	return v.store.update(group, func(g *Group) error { g.Retention = days; return nil })
}
