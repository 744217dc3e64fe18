package node

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

func TestAddresses(t *testing.T) {
	tests := map[string]struct {
		host  string
		port  int
		known remembered
		want  []string // the first of them
	}{
		"asks for nothing":     {"127.0.0.1", 0, remembered{}, []string{"127.0.0.1:0"}},
		"Redshift's port":      {"127.0.0.1", 5439, remembered{}, []string{"127.0.0.2:5439", "127.0.0.3:5439"}},
		"another port":         {"127.0.0.1", 5440, remembered{}, []string{"127.0.0.1:5440", "127.0.0.2:5440"}},
		"where it was":         {"127.0.0.1", 5439, remembered{Host: "127.0.0.9", Port: 5439, Asked: 5439}, []string{"127.0.0.9:5439", "127.0.0.2:5439"}},
		"moved by its owner":   {"127.0.0.1", 5440, remembered{Host: "127.0.0.9", Port: 5439, Asked: 5439}, []string{"127.0.0.1:5440"}},
		"reached from outside": {"0.0.0.0", 5439, remembered{}, []string{"0.0.0.0:0"}},
		"IPv6":                 {"::1", 5439, remembered{}, []string{"[::1]:0"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := addresses(tt.host, &warehouse.Namespace{Port: tt.port}, tt.known)
			if diff := cmp.Diff(tt.want, got[:min(len(got), len(tt.want))]); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if last := got[len(got)-1]; last[len(last)-2:] != ":0" {
				t.Errorf("at last %s", last)
			}
		})
	}
}
