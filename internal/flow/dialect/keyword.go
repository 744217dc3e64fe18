package dialect

import "strings"

func words(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

// reserved are the words that cannot be a name unless quoted. Redshift's list is
// longer; what is not here never makes a statement ambiguous, and public schemas
// use much of it for columns (timestamp, tag, user_id, open, …).
var reserved = words(`all and any as asc between both case cast check collate column constraint create cross
	current_date current_time current_timestamp current_user default desc distinct do else end except false for foreign
	from full grant group having ilike in inner intersect into is isnull join leading left like limit minus natural
	not notnull null offset on only or order outer primary references right select session_user similar some
	sysdate table then to trailing true union unique user using when where with`)

// notAlias are words that cannot follow a table or an expression as its alias without AS.
var notAlias = words(`window qualify pivot unpivot fetch tablesample overlaps ignore respect escape returning`)

// engineReserved are the words the engine's grammar does not take for a column
// (its keyword categories "reserved" and "type_function").
var engineReserved = words(`all analyse analyze and any array as asc asymmetric both case cast check collate column
	constraint create default deferrable desc describe distinct do else end except false fetch for foreign from group
	having in initially intersect into lambda lateral leading limit not null offset on only or order pivot
	pivot_longer pivot_wider placing primary qualify references returning select show some summarize symmetric table
	then to trailing true union unique unpivot using variadic when where window with
	anti asof at authorization binary by collation columns concurrently cross freeze full generated glob ilike inner
	is isnull join left like map natural notnull outer overlaps positional right semi similar struct tablesample
	try_cast unpack verbose
	between bigint bit boolean char character coalesce dec decimal exists extract float grouping grouping_id inout
	int integer interval national nchar none nullif numeric out overlay position precision real row setof smallint
	substring time timestamp treat trim values varchar xmlattributes xmlconcat xmlelement xmlexists xmlforest
	xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable
	current_date current_time current_timestamp current_user session_user localtime localtimestamp user current_role
	current_schema current_catalog rowid`)

// QuoteName writes a name as the engine's SQL needs it: bare when it is an
// ordinary lower-case word, quoted otherwise.
func QuoteName(name string) string {
	plain := name != "" && !isDigit(name[0])
	for i := 0; plain && i < len(name); i++ {
		c := name[i]
		plain = c >= 'a' && c <= 'z' || c == '_' || isDigit(c)
	}
	if plain && !engineReserved[name] {
		return name
	}
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

// QuoteLiteral writes a string literal of the engine's SQL.
func QuoteLiteral(s string) string {
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}
