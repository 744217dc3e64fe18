package dialect

import "strings"

var jsonFunctions = map[string]func(*rewriter, *call) expr{
	"json_extract_path_text":          (*rewriter).jsonPath,
	"json_extract_array_element_text": (*rewriter).jsonElement,
	"json_array_length":               (*rewriter).jsonArrayLength,
	"get_array_length":                (*rewriter).jsonArrayLength,
	"is_valid_json":                   func(r *rewriter, c *call) expr { return r.typed(c, macroValidJSON, arity{1, 1}, boolean) },
	"is_valid_json_array":             func(r *rewriter, c *call) expr { return r.typed(c, macroValidJSONArray, arity{1, 1}, boolean) },
	"can_json_parse":                  func(r *rewriter, c *call) expr { return r.typed(c, "json_valid", arity{1, 1}, boolean) },
	"json_parse":                      func(r *rewriter, c *call) expr { return r.typed(c, macroParseJSON, arity{1, 1}, super) },
	"json_serialize":                  func(r *rewriter, c *call) expr { return r.textual(c, macroSerializeJSON, 1, 1) },
	"json_typeof":                     func(r *rewriter, c *call) expr { return r.textual(c, macroTypeOfJSON, 1, 1) },
	"json_size":                       func(r *rewriter, c *call) expr { return r.typed(c, macroOctets, arity{1, 1}, integer) },
	"split_to_array":                  func(r *rewriter, c *call) expr { return r.splitToArray(c) },
	"object":                          (*rewriter).missing,
	"array_concat":                    (*rewriter).missing,
	"array_flatten":                   (*rewriter).missing,
	"subarray":                        (*rewriter).missing,
	"object_transform":                (*rewriter).missing,
}

// nullIfInvalid takes the trailing TRUE or FALSE of the JSON functions.
func (c *call) nullIfInvalid() bool {
	n := len(c.args) - 1
	switch {
	case n < 1:
		return false
	case c.args[n].sql == "TRUE":
		c.args = c.args[:n]
		return true
	case c.args[n].sql == "FALSE":
		c.args = c.args[:n]
	}
	return false
}

// document is the first argument; invalid text becomes NULL where that is asked for.
func (c *call) document(lenient bool) string {
	if lenient {
		return macroLenientJSON + "(" + c.args[0].sql + ")"
	}
	return c.args[0].sql
}

// jsonPath rewrites JSON_EXTRACT_PATH_TEXT(j, key, … [, null_if_invalid]); what is missing is ”.
func (r *rewriter) jsonPath(c *call) expr {
	lenient := c.nullIfInvalid()
	if !r.want(c, 2, 6) {
		return expr{}
	}
	var path strings.Builder
	literal := true
	for _, a := range c.args[1:] {
		literal = literal && a.lit == stringLiteral
	}
	if literal {
		path.WriteString("$")
		for _, a := range c.args[1:] {
			path.WriteString(`."` + strings.ReplaceAll(a.text, `"`, `\"`) + `"`)
		}
		return atom(macroJSONPath+"("+c.document(lenient)+", "+QuoteLiteral(path.String())+")", varchar, c.label)
	}
	path.WriteString("'$'")
	for _, a := range c.args[1:] {
		path.WriteString(` || '."' || ` + a.at(levelOther+1) + ` || '"'`)
	}
	return atom(macroJSONPath+"("+c.document(lenient)+", "+path.String()+")", varchar, c.label)
}

func (r *rewriter) jsonElement(c *call) expr {
	lenient := c.nullIfInvalid()
	if !r.want(c, 2, 2) {
		return expr{}
	}
	path := "'$[' || " + c.args[1].at(levelOther+1) + " || ']'"
	if n := c.args[1]; n.lit == numberLiteral && isDigits(n.text) {
		path = QuoteLiteral("$[" + n.text + "]")
	}
	return atom(macroJSONElement+"("+c.document(lenient)+", "+path+")", varchar, c.label)
}

func (r *rewriter) jsonArrayLength(c *call) expr {
	lenient := c.nullIfInvalid()
	if !r.want(c, 1, 1) {
		return expr{}
	}
	return atom("CAST(json_array_length("+c.document(lenient)+") AS INTEGER)", integer, c.label)
}

func (r *rewriter) splitToArray(c *call) expr {
	if !r.want(c, 1, 2) {
		return expr{}
	}
	separator := "','"
	if len(c.args) == 2 {
		separator = c.args[1].sql
	}
	return atom("CAST(to_json(string_split("+c.args[0].sql+", "+separator+")) AS VARCHAR)", super, c.label)
}
