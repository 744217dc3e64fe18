package replication

import (
	"cmp"
	"context"
	"reflect"
	"strconv"
	"strings"
)

// engine is a kind of database that endpoints can be of.
type engine struct {
	name, display string
	source        bool // or else target
	port          int
	family        reflect.Type
	attributes    map[string]string // extra connection attributes besides the settings' names: why each has no effect in inlet, "" when it has
}

var (
	mysqlFamily    = reflect.TypeFor[MySQLSettings]()
	postgresFamily = reflect.TypeFor[PostgreSQLSettings]()
	redshiftFamily = reflect.TypeFor[RedshiftSettings]()
)

var (
	mysqlAttributes = map[string]string{
		"secretsManagerEndpointOverride":     "the secret is read from this node's Secrets Manager",
		"ConnectionTimeout":                  "connecting may take ten seconds",
		"skipTableSuspensionForPartitionDdl": "what the statement does to rows decides",
		"IgnoreOpenXaTransactionsCheck":      "open XA transactions do not keep a task from starting",
		"CharsetMapping":                     "texts come as the server encodes them in UTF-8",
	}
	postgresAttributes = map[string]string{
		"secretsManagerEndpointOverride": "the secret is read from this node's Secrets Manager",
		"ConnectionTimeout":              "connecting may take as long as the task waits",
		"ConsumeMonotonicEvents":         "changes of a transaction come when it is committed",
		"unboundedVarcharMaxSize":        "such a column is as long as the target takes",
		"fetchCacheSize":                 "rows are streamed",
		"MapUnboundedNumericAsString":    "numeric without precision is loaded as text",
	}
	redshiftAttributes = map[string]string{
		"compressCsvFiles": "", "typeMapping": "",
		"secretsManagerEndpointOverride":      "the secret is read from this node's Secrets Manager",
		"enableParallelBatchInMemoryCSVFiles": "files are made in memory",
	}
)

var engines = []engine{
	{"aurora", "Amazon Aurora MySQL", true, 3306, mysqlFamily, mysqlAttributes},
	{"aurora-postgresql", "Amazon Aurora PostgreSQL", true, 5432, postgresFamily, postgresAttributes},
	{"mariadb", "MariaDB", true, 3306, mysqlFamily, mysqlAttributes},
	{"mysql", "MySQL", true, 3306, mysqlFamily, mysqlAttributes},
	{"postgres", "PostgreSQL", true, 5432, postgresFamily, postgresAttributes},
	{"redshift", "Amazon Redshift", false, 5439, redshiftFamily, redshiftAttributes},
	{"redshift-serverless", "Amazon Redshift Serverless", false, 5439, redshiftFamily, redshiftAttributes},
}

// engineOf finds an engine by its name, nil when there is none.
func engineOf(name string) *engine {
	for i := range engines {
		if engines[i].name == name {
			return &engines[i]
		}
	}
	return nil
}

// EngineDisplay is an engine's name for people.
func EngineDisplay(name string) string {
	if g := engineOf(name); g != nil {
		return g.display
	}
	return name
}

func (g *engine) kind() string {
	if g.source {
		return "source"
	}
	return "target"
}

// EndpointType is a kind of endpoint that can be made.
type EndpointType struct{ Engine, Display, Type string }

// EndpointTypes lists the kinds of endpoints that can be made.
func (v *View) EndpointTypes(ctx context.Context, q Query) ([]EndpointType, string, error) {
	if err := v.ask(ctx, question{action: "DescribeEndpointTypes"}); err != nil {
		return nil, "", err
	}
	by := attributes[EndpointType]{
		"engine-name":   func(t *EndpointType) []string { return []string{t.Engine} },
		"endpoint-type": func(t *EndpointType) []string { return []string{t.Type} },
	}
	if err := by.check(q.Filters); err != nil {
		return nil, "", err
	}
	var all []EndpointType
	for _, g := range engines {
		if one := (EndpointType{g.name, g.display, g.kind()}); by.selects(q.Filters, &one) {
			all = append(all, one)
		}
	}
	return cut(all, func(t *EndpointType) string { return t.Engine }, q, largestPage)
}

// EndpointSetting says what can be set on endpoints of an engine.
type EndpointSetting struct {
	Name, Type   string // string, boolean, integer or enum
	Values       []string
	Sensitive    bool
	Unit, About  string
	Low, Top     *int
	DefaultValue string
}

// EndpointSettings lists what can be set on endpoints of an engine.
func (v *View) EndpointSettings(ctx context.Context, name string, q Query) ([]EndpointSetting, string, error) {
	if err := v.ask(ctx, question{action: "DescribeEndpointSettings"}); err != nil {
		return nil, "", err
	}
	g := engineOf(name)
	if g == nil {
		return nil, "", unknownEngine(name)
	}
	var all []EndpointSetting
	for i := range g.family.NumField() {
		all = append(all, settingOf(g.family.Field(i)))
	}
	return cut(all, func(s *EndpointSetting) string { return s.Name }, q, largestPage)
}

func settingOf(f reflect.StructField) EndpointSetting {
	s := EndpointSetting{Name: settingName(f), Type: "string", Unit: f.Tag.Get("unit"), About: aboutOf(f), DefaultValue: f.Tag.Get("default"),
		Sensitive: f.Tag.Get("sensitive") == "true", Values: settingValues(f)}
	switch f.Type.Elem().Kind() {
	case reflect.Bool:
		s.Type = "boolean"
	case reflect.Int:
		s.Type = "integer"
	}
	if len(s.Values) > 0 {
		s.Type = "enum"
	}
	if low, top, ok := settingRange(f); ok {
		s.Low, s.Top = &low, &top
	}
	return s
}

// aboutOf is what a setting means, and why it has no effect if it has none.
func aboutOf(f reflect.StructField) string {
	about := f.Tag.Get("about")
	if why := f.Tag.Get("idle"); why != "" {
		about += ". It has no effect in inlet: " + why
	}
	return about
}

func settingName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

func settingValues(f reflect.StructField) []string {
	return strings.Fields(cmp.Or(f.Tag.Get("enum"), f.Tag.Get("values")))
}

// settingRange reads a range tag; one that is no range is a mistake in this program, seen by any test.
func settingRange(f reflect.StructField) (low, top int, ok bool) {
	first, second, ok := strings.Cut(f.Tag.Get("range"), " ")
	if !ok {
		return 0, 0, false
	}
	low, lowErr := strconv.Atoi(first)
	top, topErr := strconv.Atoi(second)
	return low, top, lowErr == nil && topErr == nil
}

func unknownEngine(name string) error {
	names := make([]string, len(engines))
	for i, g := range engines {
		names[i] = g.name
	}
	return invalid("Invalid engine name: " + name + ". inlet has " + strings.Join(names, ", ") + ".")
}
