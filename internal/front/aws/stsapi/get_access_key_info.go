package stsapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/guard"
)

type accessKeyInput struct {
	AccessKeyID string `query:"AccessKeyId" required:"true" min:"16" max:"128" pattern:"[\\w]*"`
}

type accountAnswer struct{ Account string }

func (d door) getAccessKeyInfo(ctx context.Context, s guard.Session, in accessKeyInput) (accountAnswer, error) {
	account, err := d.ids.As(s).AccountOfKey(ctx, in.AccessKeyID)
	return accountAnswer{account}, err
}
