package warehouse_test

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// TestStrangerIsRefusedEverywhere calls every method of a view as somebody who
// may do nothing; a new method is in it without being listed here. Whether the
// thing exists must make no difference.
func TestStrangerIsRefusedEverywhere(t *testing.T) {
	w := newWorld(t)
	w.cluster(t, "wh", nil)
	n := w.space(t, "wh1")
	w.judge.refuse = map[string]bool{"*": true}
	view := reflect.ValueOf(w.view)
	for i := range view.NumMethod() {
		name, method := view.Type().Method(i).Name, view.Method(i)
		for _, thing := range []string{w.All()[0].ARN(), w.All()[1].ARN(), n.ARN() + "0"} {
			t.Run(name, func(t *testing.T) {
				out := method.Call(arguments(t.Context(), method.Type(), thing))
				err, _ := out[len(out)-1].Interface().(error)
				if !errors.Is(err, errRefused) {
					t.Errorf("%s: got %v", thing, err)
				}
			})
		}
	}
	if len(w.All()) != 2 || len(w.host.dropped) != 0 {
		t.Errorf("left %v, dropped %v", w.All(), w.host.dropped)
	}
}

// arguments makes a plausible value for each parameter.
func arguments(ctx context.Context, m reflect.Type, arn string) []reflect.Value {
	in := []reflect.Value{reflect.ValueOf(ctx)}
	for i := 1; i < m.NumIn(); i++ {
		v := reflect.New(m.In(i)).Elem()
		switch v.Interface().(type) {
		case warehouse.ClusterCredentialsInput:
			v.Set(reflect.ValueOf(warehouse.ClusterCredentialsInput{Cluster: "wh", DBUser: "ann"}))
		case bool:
			v.SetBool(true)
		default:
			if v.Kind() == reflect.String {
				v.SetString(arn)
			}
		}
		in = append(in, v)
	}
	return in
}
