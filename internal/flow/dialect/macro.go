package dialect

import (
	_ "embed"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
)

//go:embed macros.sql
var macroText string

// Macros are the CREATE statements of what rewritten SQL calls. They must be
// found by the engine's search path wherever a rewrite runs.
func Macros() []string {
	var out []string
	for part := range strings.SplitSeq(macroText, "\n\n") {
		if sql := strings.TrimSuffix(strings.TrimSpace(part), ";"); strings.Contains(sql, "CREATE") {
			out = append(out, sql)
		}
	}
	return out
}

// Names of the macros in macros.sql.
const (
	macroAddMonths       = "rs_add_months"
	macroAvg             = "rs_avg"
	macroCompare         = "rs_compare"
	macroConvertTimezone = "rs_convert_timezone"
	macroCut             = "rs_cut"
	macroDate            = "rs_date"
	macroDigits          = "rs_digits"
	macroDivide          = "rs_divide"
	macroFitChar         = "rs_fit_char"
	macroFitVarchar      = "rs_fit_varchar"
	macroInitcap         = "rs_initcap"
	macroInteger         = "rs_integer"
	macroJSONElement     = "rs_json_path"
	macroJSONPath        = "rs_json_path"
	macroLenientJSON     = "rs_json_lenient"
	macroListagg         = "rs_listagg"
	macroMod             = "rs_mod"
	macroMoment          = "rs_moment"
	macroMonthsBetween   = "rs_months_between"
	macroNextDay         = "rs_next_day"
	macroNumber          = "rs_number"
	macroNumberText      = "rs_number_text"
	macroOctets          = "rs_octets"
	macroOverlay         = "rs_overlay"
	macroParseJSON       = "rs_json_parse"
	macroQuoteIdent      = "rs_quote_ident"
	macroQuoteLiteral    = "rs_quote_literal"
	macroQuotient        = "rs_quotient"
	macroReferences      = "rs_references"
	macroRegexpInstr     = "rs_regexp_instr"
	macroRegexpInstrFold = "rs_regexp_instr_fold"
	macroSerializeJSON   = "rs_json_serialize"
	macroSimilar         = "rs_similar"
	macroSplitPart       = "rs_split_part"
	macroStrtol          = "rs_strtol"
	macroSubstring       = "rs_substring"
	macroTimeOfDay       = "rs_timeofday"
	macroTimestamp       = "rs_timestamp"
	macroToHex           = "rs_to_hex"
	macroTrunc           = "rs_trunc"
	macroTypeOfJSON      = "rs_json_typeof"
	macroValidJSON       = "rs_json_valid"
	macroValidJSONArray  = "rs_json_valid_array"
)

// Clocks are written out rather than called, so that defaults of columns,
// which live in the database file, need no macro.
const (
	engineSysdate = "CAST(now() AS TIMESTAMP)"
	engineGetdate = "date_trunc('second', CAST(now() AS TIMESTAMP))"
)

// EngineFault recognises the message of an error that a macro raised, which
// starts with its SQLSTATE in square brackets, and those the engine raises in
// functions that stand for Redshift's.
func EngineFault(message string) (*fault.Error, bool) {
	if f, ok := macroFault(message); ok {
		return f, true
	}
	for _, known := range engineMessages {
		if strings.Contains(message, known.text) {
			return &fault.Error{Kind: fault.Invalid, Code: known.code, Message: known.message, Detail: message}, true
		}
	}
	return nil, false
}

var engineMessages = []struct{ text, code, message string }{
	{"Malformed JSON at byte", codeEngine, "JSON parsing error"},
	{"according to format specifier", "22007", "invalid value for the format of TO_DATE or TO_TIMESTAMP"},
}

func macroFault(message string) (*fault.Error, bool) {
	start := strings.IndexByte(message, '[')
	if start < 0 || len(message) < start+8 || message[start+6] != ']' || message[start+7] != ' ' {
		return nil, false
	}
	code := message[start+1 : start+6]
	for i := range code {
		if !isDigit(code[i]) && (code[i] < 'A' || code[i] > 'Z') {
			return nil, false
		}
	}
	if before := strings.TrimSpace(message[:start]); before != "" && !strings.HasSuffix(before, ":") {
		return nil, false
	}
	return &fault.Error{Kind: fault.Invalid, Code: code, Message: message[start+8:]}, true
}
