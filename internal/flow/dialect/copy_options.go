package dialect

import (
	"strconv"
	"strings"
)

// formatWords are what FORMAT [AS] may precede.
var formatWords = words("csv delimiter fixedwidth json avro parquet orc shapefile")

// copySpelling joins spellings of one option.
var copySpelling = map[string]string{"token": "session_token", "maxerrors": "maxerror"}

// lacking is an option that Redshift has and this program has not.
type lacking struct{ why, hint string }

// clientKey is client-side encryption, which ended on Redshift on 30 April 2026.
var clientKey = lacking{": client-side encryption is closed on Amazon Redshift",
	"Store the files without a key of your own: what S3 encrypts itself (SSE-S3, SSE-KMS) is read and written without an option."}

var copyUnsupported = map[string]lacking{
	"encrypted":            clientKey,
	"master_symmetric_key": clientKey,
	"shapefile":            {": there is no type GEOMETRY here", shapefileHint},
	"simplify":             {": it belongs to SHAPEFILE", shapefileHint},
	"ssh":                  {" for data in Amazon S3", "Put the output of the hosts into a bucket and load it from there."},
	"readratio":            {" for data in Amazon S3", "Leave it out: it is for Amazon DynamoDB alone."},
}

const shapefileHint = "Convert the shapefile to CSV with its shapes as WKT, for example: ogr2ogr -f CSV shapes.csv shapes.shp -lco GEOMETRY=AS_WKT. Load that with CSV into a VARCHAR column."

// copyOptions reads the argument of each option; the word itself has been taken.
var copyOptions = map[string]func(*copyReader, token){
	"iam_role":          (*copyReader).iamRole,
	"access_key_id":     func(r *copyReader, _ token) { r.c.Auth.AccessKey = r.asString() },
	"secret_access_key": func(r *copyReader, _ token) { r.c.Auth.SecretKey = r.asString() },
	"session_token":     func(r *copyReader, _ token) { r.c.Auth.Token = r.asString() },
	"token":             func(r *copyReader, _ token) { r.c.Auth.Token = r.asString() },
	"credentials":       (*copyReader).credentials,

	"csv":        func(r *copyReader, t token) { r.format(t, "csv") },
	"fixedwidth": (*copyReader).fixedWidth,
	"json":       func(r *copyReader, t token) { r.documentFormat(t, "json") },
	"avro":       func(r *copyReader, t token) { r.documentFormat(t, "avro") },
	"parquet":    func(r *copyReader, t token) { r.format(t, "parquet") },
	"orc":        func(r *copyReader, t token) { r.format(t, "orc") },
	"delimiter":  func(r *copyReader, t token) { r.c.Format.Delimiter = r.asByte(t) },
	"quote":      func(r *copyReader, t token) { r.c.Format.Quote = r.asByte(t) },

	"using": (*copyReader).usingTemplate,

	"region":   func(r *copyReader, _ token) { r.c.Region = r.asString() },
	"manifest": func(r *copyReader, _ token) { r.c.Manifest = true },
	"gzip":     (*copyReader).compression,
	"bzip2":    (*copyReader).compression,
	"zstd":     (*copyReader).compression,
	"lzop":     (*copyReader).compression,

	"acceptanydate":    func(r *copyReader, _ token) { r.c.Options.AcceptAnyDate = true },
	"acceptinvchars":   (*copyReader).acceptInvChars,
	"blanksasnull":     func(r *copyReader, _ token) { r.c.Options.BlanksAsNull = true },
	"dateformat":       func(r *copyReader, _ token) { r.c.Options.DateFormat = r.asString() },
	"emptyasnull":      func(r *copyReader, _ token) { r.c.Options.EmptyAsNull = true },
	"encoding":         (*copyReader).encoding,
	"escape":           func(r *copyReader, _ token) { r.c.Options.Escape = true },
	"explicit_ids":     func(r *copyReader, _ token) { r.c.Options.ExplicitIDs = true },
	"fillrecord":       func(r *copyReader, _ token) { r.c.Options.FillRecord = true },
	"ignoreblanklines": func(r *copyReader, _ token) { r.c.Options.IgnoreBlankLines = true },
	"ignoreheader":     func(r *copyReader, t token) { r.c.Options.IgnoreHeader = r.asCount(t, 0, 1<<31-1) },
	"null":             (*copyReader).nullAs,
	"removequotes":     func(r *copyReader, _ token) { r.c.Options.RemoveQuotes = true },
	"roundec":          func(r *copyReader, _ token) { r.c.Options.RoundDec = true },
	"timeformat":       func(r *copyReader, _ token) { r.c.Options.TimeFormat = r.asString() },
	"serializetojson":  func(r *copyReader, _ token) { r.c.Options.SerializeToJSON = true },
	"trimblanks":       func(r *copyReader, _ token) { r.c.Options.TrimBlanks = true },
	"truncatecolumns":  func(r *copyReader, _ token) { r.c.Options.TruncateColumns = true },

	"ignoreallerrors": func(r *copyReader, _ token) { r.c.Options.IgnoreAllErrors = true },
	"maxerror":        func(r *copyReader, t token) { r.c.Options.MaxError = r.asCount(t, 0, 100000) },
	"maxerrors":       func(r *copyReader, t token) { r.c.Options.MaxError = r.asCount(t, 0, 100000) },
	"noload":          func(r *copyReader, _ token) { r.c.Options.NoLoad = true },
	"comprows":        (*copyReader).compRows,
	"compupdate":      func(r *copyReader, _ token) { r.c.Options.CompUpdate = r.onOff("preset") },
	"statupdate":      func(r *copyReader, _ token) { r.c.Options.StatUpdate = r.onOff() },
}

func (r *copyReader) asString() string {
	r.accept("as")
	return r.str()
}

// asCount reads a whole number within limits.
func (r *copyReader) asCount(option token, low, high int64) int {
	r.accept("as")
	at := r.peek()
	n := r.integer()
	if r.err == nil && (n < low || n > high) {
		r.fail(at, codeInvalidValue, "COPY option %s must be between %d and %d", strings.ToUpper(option.val), low, high)
	}
	return int(n)
}

// asByte reads one ASCII character, also written \t, \n, \\, \ddd (octal) or \xhh.
func (r *copyReader) asByte(option token) byte {
	r.accept("as")
	at := r.peek()
	s := unescapeByte(r.str())
	if r.err == nil && (len(s) != 1 || s[0] >= 0x80 || s[0] == 0) {
		r.fail(at, codeUnsupported, "COPY %s must be a single ASCII character", option.val)
		return 0
	}
	if r.err != nil {
		return 0
	}
	return s[0]
}

func unescapeByte(s string) string {
	if len(s) < 2 || s[0] != '\\' {
		return s
	}
	if i := strings.IndexByte("bfnrtv\\", s[1]); i >= 0 && len(s) == 2 {
		return "\b\f\n\r\t\v\\"[i : i+1]
	}
	base, digits := 8, s[1:]
	if digits[0] == 'x' {
		base, digits = 16, digits[1:]
	}
	if n, err := strconv.ParseUint(digits, base, 8); err == nil && len(digits) <= 3 {
		return string([]byte{byte(n)})
	}
	return s
}

// onOff reads an optional ON, TRUE, OFF, FALSE or one of the other words; none means on.
func (r *copyReader) onOff(others ...string) string {
	switch w := r.acceptAny(append(others, "on", "true", "off", "false")...); w {
	case "", "true":
		return "on"
	case "false":
		return "off"
	default:
		return w
	}
}

// format sets the layout, of which there is only one.
func (r *copyReader) format(t token, kind string) {
	if old := r.c.Format.Kind; old != "text" {
		r.conflict(t, kind, old)
	}
	r.c.Format.Kind = kind
	r.c.Format.Argument = ""
}

func (r *copyReader) fixedWidth(t token) {
	r.format(t, "fixedwidth")
	at := r.peek()
	if at.word("as") {
		at = r.peekAt(1)
	}
	r.c.Format.Argument = r.asString()
	if r.err == nil && !validWidths(r.c.Format.Argument) {
		r.fail(at, codeInvalidValue, `invalid FIXEDWIDTH specification "%s"`, r.c.Format.Argument)
	}
}

// validWidths checks label:width, label:width …
func validWidths(spec string) bool {
	for part := range strings.SplitSeq(spec, ",") {
		label, width, ok := strings.Cut(part, ":")
		n, err := strconv.Atoi(strings.TrimSpace(width))
		if !ok || strings.TrimSpace(label) == "" || err != nil || n < 1 {
			return false
		}
	}
	return true
}

// documentFormat reads JSON or AVRO and its option, 'auto' when there is none.
func (r *copyReader) documentFormat(t token, kind string) {
	r.format(t, kind)
	r.c.Format.Argument = "auto"
	as := r.accept("as")
	at := r.peek()
	if !as && at.kind != tokenString {
		return
	}
	arg := r.str()
	r.c.Format.Argument = arg
	switch lower := strings.ToLower(arg); {
	case r.err != nil:
	case lower == "auto", lower == "auto ignorecase", lower == "noshred" && kind == "json":
		r.c.Format.Argument = lower
	case strings.HasPrefix(lower, "s3://"):
	default:
		r.fail(at, codeInvalidValue, `invalid %s option "%s"`, strings.ToUpper(kind), arg)
	}
}

func (r *copyReader) compression(t token) {
	if r.c.Compression != "" {
		r.conflict(t, t.val, r.c.Compression)
	}
	r.c.Compression = t.val
}

func (r *copyReader) acceptInvChars(t token) {
	r.c.Options.AcceptInvChars = true
	if r.is("as") || r.peek().kind == tokenString {
		r.c.Options.InvChar = r.asByte(t)
	}
}

func (r *copyReader) encoding(token) {
	r.accept("as")
	t := r.next()
	name := lowerASCII(t.val)
	name = strings.ReplaceAll(strings.ReplaceAll(name, "-", ""), "_", "")
	if t.kind == tokenWord && r.isOp("-") && r.peekAt(1).kind == tokenNumber { // UTF-8 without quotes
		r.syntax()
	}
	switch name {
	case "utf8", "utf16", "utf16le", "utf16be", "iso88591":
		r.c.Options.Encoding = name
		if t.kind == tokenWord || t.kind == tokenString {
			return
		}
	}
	r.syntaxAt(t)
	if r.err != nil {
		r.err.Hint = "COPY option ENCODING takes UTF8, UTF16, UTF16LE, UTF16BE or ISO88591."
	}
}

// nullAs reads the null string; '\0' and '\000' stand for a NUL byte.
func (r *copyReader) nullAs(token) {
	r.accept("as")
	at := r.peek()
	s := r.str()
	switch s {
	case `\0`, `\000`:
		s = "\x00"
	case `\n`, "\n":
		r.fail(at, codeUnsupported, `COPY NULL AS must not be a line feed`)
	}
	r.c.Options.NullAs = s
}

// compRows keeps Redshift's lowest sample size.
func (r *copyReader) compRows(t token) {
	r.c.Options.CompRows = max(r.asCount(t, 0, 1<<31-1), 1000)
}
