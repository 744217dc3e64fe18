package secret

import (
	"cmp"
	"context"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
)

// Describe tells of a secret, one that waits for its deletion included.
func (v *View) Describe(ctx context.Context, id string) (Entry, error) {
	r, err := v.find(ctx, asked{action: "DescribeSecret", id: id})
	if err != nil {
		return Entry{}, err
	}
	return *r, nil
}

// Page says which part of a list to give.
type Page struct {
	Limit int // 0 stands for 100
	Token string
}

const maxPage = 100

// cut returns a page of all and the token for the next one.
func cut[T any](all []T, p Page) ([]T, string, error) {
	from := 0
	if p.Token != "" {
		text, err := base64.RawURLEncoding.DecodeString(p.Token)
		if err == nil {
			from, err = strconv.Atoi(string(text))
		}
		if err != nil || from < 0 {
			return nil, "", &fault.Error{Kind: fault.Invalid, Code: "InvalidNextTokenException", Message: "The NextToken value is invalid.", Err: err}
		}
	}
	if p.Limit <= 0 || p.Limit > maxPage {
		p.Limit = maxPage
	}
	from = min(from, len(all))
	to := min(from+p.Limit, len(all))
	if to == len(all) {
		return all[from:to], "", nil
	}
	return all[from:to], base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(to))), nil
}

// ListInput says which secrets to list, and in which order.
type ListInput struct {
	Page
	Filters    []Filter
	Deleted    bool   // those that wait for their deletion too
	SortBy     string // created-date, last-accessed-date, last-changed-date or name; "" is created-date
	Descending bool
}

// List lists secrets of the caller's account.
func (v *View) List(ctx context.Context, in ListInput) ([]Entry, string, error) {
	if err := v.ask(ctx, asked{action: "ListSecrets"}, nil, "*"); err != nil {
		return nil, "", err
	}
	all, err := v.matching(in.Filters, in.Deleted)
	if err != nil {
		return nil, "", err
	}
	order, ok := orders[in.SortBy]
	if !ok {
		return nil, "", invalid("SortBy must be one of created-date, last-accessed-date, last-changed-date and name.")
	}
	slices.SortStableFunc(all, func(a, b Entry) int {
		if in.Descending {
			return order(&b, &a)
		}
		return order(&a, &b)
	})
	return cut(all, in.Page)
}

var orders = map[string]func(a, b *Entry) int{
	"":                   func(a, b *Entry) int { return a.Created.Compare(b.Created) },
	"created-date":       func(a, b *Entry) int { return a.Created.Compare(b.Created) },
	"last-accessed-date": func(a, b *Entry) int { return a.Accessed.Compare(b.Accessed) },
	"last-changed-date":  func(a, b *Entry) int { return a.Changed.Compare(b.Changed) },
	"name":               func(a, b *Entry) int { return cmp.Compare(a.Name, b.Name) },
}

func (v *View) matching(filters []Filter, deleted bool) ([]Entry, error) {
	for _, f := range filters {
		if texts[f.Key] == nil {
			return nil, invalid("Invalid filter key: " + f.Key + ".")
		}
	}
	var all []Entry
	err := v.store.each(v.by.Account, v.by.Request.Region, func(r *Entry) {
		if (deleted || r.Deleted.IsZero()) && !slices.ContainsFunc(filters, func(f Filter) bool { return !f.matches(r) }) {
			all = append(all, *r)
		}
	})
	return all, err
}

// Filter keeps the secrets of which one of the values holds; a value that begins with "!" is negated.
type Filter struct {
	Key    string
	Values []string
}

// texts are what filters look at; those that ignore case are in lower case.
var texts = map[string]func(*Entry) []string{
	"name":           func(r *Entry) []string { return []string{r.Name} },
	"description":    func(r *Entry) []string { return []string{strings.ToLower(r.Description)} },
	"tag-key":        func(r *Entry) []string { return r.tagTexts(func(t Tag) string { return t.Key }) },
	"tag-value":      func(r *Entry) []string { return r.tagTexts(func(t Tag) string { return t.Value }) },
	"owning-service": func(r *Entry) []string { return []string{r.Owner} },
	"primary-region": func(*Entry) []string { return nil }, // Only replicas have one.
	"all": func(r *Entry) []string {
		all := append(r.tagTexts(func(t Tag) string { return t.Key + " " + t.Value }), r.Name, r.Description, r.Owner)
		return []string{strings.ToLower(strings.Join(all, " "))}
	},
}

func (r *Entry) tagTexts(f func(Tag) string) []string {
	all := make([]string, len(r.Tags))
	for i, t := range r.Tags {
		all[i] = f(t)
	}
	return all
}

func (f Filter) matches(r *Entry) bool {
	have := texts[f.Key](r)
	return slices.ContainsFunc(f.Values, func(want string) bool {
		want, not := strings.CutPrefix(want, "!")
		return slices.ContainsFunc(have, func(text string) bool { return f.holds(text, want) }) != not
	})
}

// holds compares as Secrets Manager does: beginnings, and for "all" each word anywhere.
func (f Filter) holds(text, want string) bool {
	switch f.Key {
	case "description":
		return strings.HasPrefix(text, strings.ToLower(want))
	case "all":
		words := strings.Fields(strings.ToLower(want))
		return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
	}
	return text != "" && strings.HasPrefix(text, want)
}

// Versions lists a secret's versions, newest first; without deprecated only those that carry a label.
func (v *View) Versions(ctx context.Context, id string, deprecated bool, p Page) (Entry, []Version, string, error) {
	r, err := v.find(ctx, asked{action: "ListSecretVersionIds", id: id})
	if err != nil {
		return Entry{}, nil, "", err
	}
	list := slices.DeleteFunc(slices.Clone(r.Versions), func(x Version) bool { return !deprecated && len(x.Stages) == 0 })
	slices.Reverse(list)
	list, next, err := cut(list, p)
	return *r, list, next, err
}
