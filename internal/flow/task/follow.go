package task

import "context"

func (r *run) follow(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
