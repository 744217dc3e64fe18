package node

import (
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/sysview"
)

// systemColumns gives sessions the columns of system views as statements name them.
func systemColumns() func(name string) ([]dialect.Column, bool) {
	all := map[string][]dialect.Column{}
	for name, columns := range sysview.Views() {
		for _, c := range columns {
			all[name] = append(all[name], dialect.Column{Name: c.Name, Type: c.Type})
		}
	}
	return func(name string) ([]dialect.Column, bool) {
		columns, ok := all[name]
		return columns, ok
	}
}
