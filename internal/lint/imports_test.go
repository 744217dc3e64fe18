package lint

import (
	"slices"
	"strings"
	"testing"
)

// house says what each package under internal, and those below it, may import of
// this module besides each other. A name that ends in /* stands for all packages below.
var house = map[string][]string{
	"arn":     {},
	"sqltype": {},
	"fault":   {"arn"},

	"guard/policy":   {"arn"},
	"guard":          {"arn", "fault", "guard/policy"},
	"guard/identity": {"arn", "fault", "guard", "guard/policy"},

	"secret":        {"arn", "fault", "guard", "guard/policy"},
	"doctor":        {"arn", "guard/policy"},
	"cloud":         {"arn"},
	"config":        {"arn"},
	"node":          {"arn", "sqltype", "fault", "guard", "guard/*", "flow/*", "front/*", "secret", "cloud", "config", "console", "doctor", "faulty"},
	"cli":           {"node", "doctor", "cloud", "config"},
	"cli/logs":      {"node", "flow/tasklog"},
	"cli/replicate": {"arn", "fault", "node", "flow/mapping", "flow/source", "flow/stage", "flow/target", "flow/task", "flow/task/settings", "flow/tasklog"},
	"cli/verify":    {"cli/ask", "cli/replicate", "fault", "flow/task", "flow/verify", "node"},
	"faulty":        {"fault", "flow/arrival", "flow/load", "flow/warehouse"},
	"soak":          {"node", "config", "faulty", "front/aws/awstest", "flow/arrival", "flow/load", "flow/warehouse"},
	"lint":          {},
	"bench":         {},
}

// stations are the packages under flow: what each may import of the others,
// besides what every station may (station).
var stations = map[string][]string{
	"apply":       {"source", "mapping", "stage", "target", "tasklog"},
	"arrival":     {"bucket", "ledger", "warehouse"},
	"bucket":      {},
	"copyjob":     {"dialect", "load", "ledger", "warehouse"},
	"dialect":     {},
	"ledger":      {"warehouse"},
	"load":        {"dialect", "warehouse", "ledger"},
	"logs":        {},
	"mapping":     {"source"},
	"replication": {"logs", "mapping", "task", "task/settings", "tasklog"},
	"session":     {"dialect", "warehouse", "load", "copyjob"},
	"source":      {},
	"spool":       {"source"},
	"stage":       {"tasklog"},
	"statement":   {"session", "warehouse"},
	"sysview":     {"ledger", "warehouse"},
	"target":      {"source", "mapping", "tasklog"},
	"task":        {"apply", "mapping", "mapping/charset", "source", "source/mysql", "source/postgres", "spool", "stage", "target", "tasklog", "verify"},
	"tasklog":     {},
	"topic":       {},
	"verify":      {"source", "mapping", "target"},
	"warehouse":   {},
}

// station is what every station may import, door what every package under front may;
// a door reaches all stations, but none of the packages below one.
var (
	station = []string{"arn", "fault", "guard", "guard/policy", "sqltype"}
	door    = []string{"arn", "fault", "guard", "guard/policy", "guard/identity", "sqltype", "secret", "front/aws"}
)

// allowed reports whether a package may import another, both named from internal.
func allowed(from, to string) (ok, known bool) {
	if to == from || strings.HasPrefix(to, from+"/") && !strings.HasPrefix(from, "front") {
		return true, true
	}
	area, rest, _ := strings.Cut(from, "/")
	switch area {
	case "flow":
		name, _, _ := strings.Cut(rest, "/")
		others, known := stations[name]
		if to == "flow/"+name || strings.HasPrefix(to, "flow/"+name+"/") || slices.Contains(station, to) {
			return true, known
		}
		other, ok := strings.CutPrefix(to, "flow/")
		return ok && slices.Contains(others, other), known
	case "front":
		other, ok := strings.CutPrefix(to, "flow/")
		return ok && stations[other] != nil || slices.Contains(door, to), true
	}
	for ; from != ""; from = parent(from) {
		if list, known := house[from]; known {
			return to == from || covers(from+"/*", to) || slices.ContainsFunc(list, func(p string) bool { return covers(p, to) }), true
		}
	}
	return false, false
}

func covers(pattern, name string) bool {
	below, all := strings.CutSuffix(pattern, "/*")
	return pattern == name || all && strings.HasPrefix(name, below+"/")
}

func parent(name string) string {
	return name[:max(0, strings.LastIndexByte(name, '/'))]
}

func TestImports(t *testing.T) {
	for _, f := range tree(t) {
		if f.test {
			continue // A test may put any parts together.
		}
		from, internal := strings.CutPrefix(f.dir, "internal/")
		for _, path := range f.imports() {
			to, ok := strings.CutPrefix(path, "internal/")
			if !internal {
				if path != "internal/cli" {
					t.Errorf("%s imports %s; outside internal only internal/cli may be imported", f.path, path)
				}
				continue
			}
			ok, known := allowed(from, to)
			if !known {
				t.Errorf("%s is not in the table of packages: say there what %s may import", f.path, from)
			} else if !ok {
				t.Errorf("%s imports %s, which %s may not", f.path, to, from)
			}
		}
	}
}

func TestAllowed(t *testing.T) {
	tests := []struct {
		from, to  string
		ok, known bool
	}{
		{"fault", "arn", true, true},
		{"arn", "fault", false, true},
		{"guard/policy", "guard", false, true},
		{"guard/identity", "guard/policy", true, true},
		{"flow/bucket", "flow/warehouse", false, true},
		{"flow/bucket", "guard/identity", false, true},
		{"flow/load", "flow/warehouse", true, true},
		{"flow/load", "flow/warehouse/duckdb", false, true},
		{"flow/load", "flow/load/delimited", true, true},
		{"flow/load/delimited", "flow/warehouse", true, true},
		{"flow/load/delimited", "flow/load", true, true},
		{"flow/load/delimited", "flow/copyjob", false, true},
		{"flow/warehouse/duckdb", "flow/warehouse", true, true},
		{"flow/sysview", "flow/session", false, true},
		{"flow/new", "arn", true, false},
		{"front/pg", "flow/session", true, true},
		{"front/pg", "flow/warehouse/duckdb", false, true},
		{"front/aws/s3api", "front/aws", true, true},
		{"front/aws/s3api", "front/aws/stsapi", false, true},
		{"front/aws", "front/aws/s3api", false, true},
		{"front/pg", "node", false, true},
		{"doctor", "guard", false, true},
		{"doctor/copy_role", "doctor", true, true},
		{"doctor/copy_role", "config", false, true},
		{"cli/serve", "node", true, true},
		{"cli/serve", "flow/bucket", false, true},
		{"cli", "cli/serve", true, true},
		{"node", "flow/warehouse/duckdb", true, true},
		{"node", "front/aws/s3api", true, true},
		{"node", "cli", false, true},
		{"node", "doctor", true, true},
		{"strange", "arn", false, false},
	}
	for _, tt := range tests {
		if ok, known := allowed(tt.from, tt.to); ok != tt.ok || known != tt.known {
			t.Errorf("allowed(%s, %s) = %v, %v, want %v, %v", tt.from, tt.to, ok, known, tt.ok, tt.known)
		}
	}
}
