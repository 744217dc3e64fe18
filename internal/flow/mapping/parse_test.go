package mapping_test

import (
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/mapping"
)

const pick = `{"rule-type":"selection","rule-id":"1","rule-name":"pick","object-locator":{"schema-name":"demo1","table-name":"%"},"rule-action":"include"}`

// withRules makes a document of rules, of which the first selects demo1.%.
func withRules(rules ...string) string {
	return `{"rules":[` + strings.Join(append([]string{pick}, rules...), ",") + `]}`
}

func transform(rest string) string {
	return `{"rule-type":"transformation","rule-id":"2","rule-name":"x",` + rest + `}`
}

func TestParseErrors(t *testing.T) {
	const column = `"rule-target":"column","object-locator":{"schema-name":"demo1","table-name":"t","column-name":"c"},`
	failed := "Error in mapping rules. Rule with ruleId = 2 failed validation. "
	tests := []struct{ name, document, want string }{
		{"not JSON", `{"rules":]`, "Invalid Table Mappings document. Invalid json Expected value at line 1 column 11 path $.rules"},
		{"trailing comma", "{\"rules\":[\n{},]}", "Invalid Table Mappings document. Invalid json Expected value at line 2 column 5 path $.rules"},
		{"ends early", `{"rules":[{"a":1}`, "Invalid Table Mappings document. Invalid json End of input at line 1 column 19 path $.rules"},
		{"empty", ``, "Invalid Table Mappings document. Invalid json End of input at line 1 column 2 path $"},
		{"without rules", `{}`, "Valid Table mappings is required"},
		{"null rules", `{"rules":null}`, "Valid Table mappings is required"},
		{"a list", `[]`, "Valid Table mappings is required: the document is a list, not an object with rules"},
		{"unknown key", `{"rules":[],"x":1}`, "Invalid table mappings document. $.x is not known here"},
		{"unknown rule-type", `{"rules":[{"rule-type":"choice","rule-id":"1"}]}`, `Invalid table mappings document. $.rules[0].rule-type is "choice"; it may be selection, transformation, table-settings`},
		{"unknown rule-action", strings.Replace(withRules(), `"include"`, `"take"`, 1), `Invalid table mappings document. $.rules[0].rule-action is "take"; of a selection it may be include, exclude, explicit`},
		{"unknown action", withRules(transform(column + `"rule-action":"make-lowercase"`)), `Invalid table mappings document. $.rules[1].rule-action is "make-lowercase"; of a transformation it may be`},
		{"no locator", `{"rules":[{"rule-type":"selection","rule-id":"1","rule-name":"1","rule-action":"include"}]}`, "Error in mapping rules. Rule with ruleId = 1 failed validation. object locator cannot be null"},
		{"rule-id twice", withRules(pick), "Error in mapping rules. Duplicate ruleid 1"},
		{"rule-id twice as number", withRules(strings.Replace(pick, `"1"`, `1`, 1)), "Error in mapping rules. Duplicate ruleid 1"},
		{"no rule", `{"rules":[]}`, "Error in mapping rules. At least one selection rule is required."},
		{"exclude only", `{"rules":[` + strings.Replace(pick, "include", "exclude", 1) + `]}`, "Error in mapping rules. At least one selection rule is required. There are only rules that exclude tables"},
		{"wildcard in table-settings", withRules(`{"rule-type":"table-settings","rule-id":"2","object-locator":{"schema-name":"demo1","table-name":"%"}}`),
			failed + "Exact schema and table name required when using table settings rule."},
		{"rule-id no number", strings.Replace(withRules(), `"rule-id":"1"`, `"rule-id":"a"`, 1), `Invalid table mappings document. $.rules[0].rule-id is "a"; it must be a number`},
		{"stray key", withRules(transform(column + `"rule-action":"remove-column","colour":"red"`)), failed + "$.rules[1].colour is not known here"},
		{"wrong shape", withRules(transform(column + `"rule-action":"rename","value":{}`)), failed + "$.rules[1].value an object, not a string"},
		{"rename without a value", withRules(transform(column + `"rule-action":"rename"`)), failed + "$.rules[1].value is missing, and rename needs it"},
		{"replace without the old", withRules(transform(column + `"rule-action":"replace-prefix","value":"a"`)), failed + "$.rules[1].old-value is missing, and replace-prefix needs it"},
		{"action for another target", withRules(transform(`"rule-target":"table","object-locator":{"schema-name":"a","table-name":"b"},"rule-action":"remove-column"`)), failed + "$.rules[1].rule-target is table, which remove-column is not for"},
		{"Oracle's target", withRules(transform(`"rule-target":"table-tablespace","object-locator":{"schema-name":"a","table-name":"b"},"rule-action":"rename","value":"x"`)), failed + "$.rules[1].rule-target table-tablespace is of Oracle targets only"},
		{"bad expression", withRules(transform(column + `"rule-action":"add-column","value":"n","expression":"upper(","data-type":{"type":"string","length":10}`)), failed + "$.rules[1].expression is not an expression: the expression ends where a value should follow at character 7"},
		{"unknown type", withRules(transform(column + `"rule-action":"change-data-type","data-type":{"type":"text"}`)), failed + `$.rules[1].data-type.type is "text"; it may be bytes`},
		{"type of streams", withRules(transform(column + `"rule-action":"change-data-type","data-type":{"type":"map"}`)), failed + `$.rules[1].data-type.type is map, which Redshift does not have`},
		{"mask of two characters", withRules(transform(column + `"rule-action":"data-masking-digits-mask","value":"##"`)), failed + `$.rules[1].value is "##"; it must be one printable character`},
		{"key without columns", withRules(transform(`"rule-target":"table","object-locator":{"schema-name":"a","table-name":"b"},"rule-action":"define-primary-key"`)), failed + "$.rules[1].primary-key-def with the key's columns is missing"},
		{"key of many tables", withRules(transform(`"rule-target":"table","object-locator":{"schema-name":"a","table-name":"%"},"rule-action":"define-primary-key","primary-key-def":{"columns":["a"]}`)), failed + "$.rules[1].object-locator must name one table exactly"},
		{"views", strings.Replace(withRules(), `"table-name":"%"`, `"table-name":"%","table-type":"view"`, 1), `Error in mapping rules. Rule with ruleId = 1 failed validation. $.rules[0].object-locator.table-type is "view"; only tables are read, no views`},
		{"bracket", strings.Replace(withRules(), `"%"`, `"a[b"`, 1), `Error in mapping rules. Rule with ruleId = 1 failed validation. $.rules[0].object-locator.table-name is not a pattern: "a[b" has a bracket that holds nothing or is not closed`},
		{"load-order", strings.Replace(withRules(), `"rule-action"`, `"load-order":0,"rule-action"`, 1), `Error in mapping rules. Rule with ruleId = 1 failed validation. $.rules[0].load-order is 0; allowed is a whole number from 1 to 2147483647`},
		{"negative condition among others", strings.Replace(withRules(), `"rule-action"`, `"filters":[{"filter-type":"source","column-name":"a","filter-conditions":[{"filter-operator":"noteq","value":"1"},{"filter-operator":"eq","value":"2"}]}],"rule-action"`, 1),
			`Error in mapping rules. Rule with ruleId = 1 failed validation. $.rules[0].filters[0].filter-conditions noteq must be the only condition of its filter`},
		{"filter without a value", strings.Replace(withRules(), `"rule-action"`, `"filters":[{"filter-type":"source","column-name":"a","filter-conditions":[{"filter-operator":"between","start-value":"1"}]}],"rule-action"`, 1),
			`Error in mapping rules. Rule with ruleId = 1 failed validation. $.rules[0].filters[0].filter-conditions[0].end-value is missing, and between needs it`},
		{"partitions", withRules(`{"rule-type":"table-settings","rule-id":"2","object-locator":{"schema-name":"demo1","table-name":"t"},"parallel-load":{"type":"partitions-list","partitions":[]}}`),
			failed + "$.rules[1].parallel-load.partitions is empty"},
		{"boundary of another width", withRules(`{"rule-type":"table-settings","rule-id":"2","object-locator":{"schema-name":"demo1","table-name":"t"},"parallel-load":{"type":"ranges","columns":["a"],"boundaries":[["1","2"]]}}`),
			failed + "$.rules[1].parallel-load.boundaries[0] must be a list of 1 values, one for each column"},
		{"validation", withRules(`{"rule-type":"validation","rule-id":"2"}`), failed + "$.rules[1].rule-type validation is not supported"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := mapping.Parse([]byte(tt.document))
			if err == nil {
				t.Fatal("no error")
			}
			if !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got  %s\nwant %s", err, tt.want)
			}
			if fault.CodeOf(err) != "InvalidParameterValueException" || fault.KindOf(err) != fault.Invalid {
				t.Errorf("code %s", fault.CodeOf(err))
			}
		})
	}
}

// TestParseOrder is the order of the checks: JSON, rules, each rule, duplicates, selection.
func TestParseOrder(t *testing.T) {
	bad := `{"rule-type":"selection","rule-id":"1","rule-action":"include"}`
	tests := []struct{ name, document, want string }{
		{"shape before duplicates", `{"rules":[` + pick + `,` + bad + `]}`, "Error in mapping rules. Rule with ruleId = 1 failed validation. object locator cannot be null"},
		{"duplicates before selection", `{"rules":[` + strings.Replace(pick, "include", "exclude", 1) + `,` + strings.Replace(pick, "include", "exclude", 1) + `]}`, "Error in mapping rules. Duplicate ruleid 1"},
	}
	for _, tt := range tests {
		if _, err := mapping.Parse([]byte(tt.document)); err == nil || err.Error() != tt.want {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
	}
}
