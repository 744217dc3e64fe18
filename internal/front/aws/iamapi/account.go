package iamapi

import (
	"context"
	"maps"
	"slices"

	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

type accountAlias struct {
	AccountAlias string `query:"AccountAlias" required:"true" min:"3" max:"63"`
}

type aliasesAnswer struct {
	AccountAliases list[string]
	paged
}

type entry struct {
	Key   string `xml:"key"`
	Value int    `xml:"value"`
}

type summaryAnswer struct {
	Entries []entry `xml:"SummaryMap>entry"`
}

// account are the rows about the account itself.
func (d door) account() []aws.Operation {
	return []aws.Operation{
		do(d, "CreateAccountAlias", func(ctx context.Context, v *identity.View, in accountAlias) error {
			return v.CreateAccountAlias(ctx, in.AccountAlias)
		}),
		do(d, "DeleteAccountAlias", func(ctx context.Context, v *identity.View, in accountAlias) error {
			return v.DeleteAccountAlias(ctx, in.AccountAlias)
		}),
		answer(d, "ListAccountAliases", func(ctx context.Context, v *identity.View, in paging) (out aliasesAnswer, err error) {
			aliases, err := v.ListAccountAliases(ctx)
			if err != nil {
				return out, err
			}
			out.AccountAliases.Members, out.paged, err = page(in, aliases, same)
			return out, err
		}),
		answer(d, "GetAccountSummary", func(ctx context.Context, v *identity.View, _ aws.Empty) (out summaryAnswer, err error) {
			m, err := v.AccountSummary(ctx)
			for _, k := range slices.Sorted(maps.Keys(m)) {
				out.Entries = append(out.Entries, entry{k, m[k]})
			}
			return out, err
		}),
	}
}
