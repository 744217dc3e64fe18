package dialect

import (
	"slices"
	"strings"
)

// copyConflicts says what an option is refused with; a relation is listed on one side.
// Source: Redshift Database Developer Guide, the parameter pages of COPY.
var copyConflicts = map[string][]string{
	"csv":             {"removequotes", "escape"},
	"fixedwidth":      {"delimiter", "escape"},
	"json":            {"delimiter", "escape", "fillrecord", "ignoreblanklines", "null", "removequotes"},
	"avro":            {"delimiter", "escape", "fillrecord", "ignoreblanklines", "null", "removequotes", "ignoreheader", "encoding"},
	"ignoreallerrors": {"maxerror", "parquet", "orc"},
}

// columnarOptions are all that Parquet and ORC allow.
var columnarOptions = words(`acceptinvchars fillrecord iam_role credentials access_key_id secret_access_key
	session_token statupdate manifest explicit_ids region serializetojson parquet orc job`)

// check refuses what does not go together.
func (r *copyReader) check() {
	if r.err != nil {
		return
	}
	if r.checkTogether(copyConflicts); r.err != nil {
		return
	}
	if quote, ok := r.given["quote"]; ok && r.c.Format.Kind != "csv" {
		r.fail(quote, codeUnsupported, "COPY option QUOTE is only supported with CSV")
	}
	r.checkColumnar()
	r.checkAuth()
	r.checkJob()
}

// checkTogether refuses options beside others.
func (r *copyReader) checkTogether(conflicts map[string][]string) {
	for _, name := range r.order {
		for _, other := range conflicts[name] {
			if r.err == nil && slices.Contains(r.order, other) {
				r.conflict(r.given[r.later(name, other)], r.later(name, other), r.earlier(name, other))
			}
		}
	}
}

func (r *copyReader) later(a, b string) string {
	if slices.Index(r.order, a) > slices.Index(r.order, b) {
		return a
	}
	return b
}

func (r *copyReader) earlier(a, b string) string {
	if r.later(a, b) == a {
		return b
	}
	return a
}

// conflict refuses an option beside another.
func (r *copyReader) conflict(at token, name, other string) {
	r.fail(at, codeUnsupported, "%s option %s is not supported with %s", r.verb, strings.ToUpper(name), strings.ToUpper(other))
}

func (r *copyReader) checkColumnar() {
	kind := r.c.Format.Kind
	if kind != "parquet" && kind != "orc" {
		if at, ok := r.given["serializetojson"]; ok {
			r.conflict(at, "serializetojson", kind)
		}
		return
	}
	for _, name := range r.order {
		if !columnarOptions[name] {
			r.conflict(r.given[name], name, kind)
			return
		}
	}
	if key, ok := r.given["access_key_id"]; ok {
		r.fail(key, codeEngine, "COPY from this file format only accepts IAM_ROLE credentials.")
	} else if r.c.Auth.AccessKey != "" {
		r.fail(r.given["credentials"], codeEngine, "COPY from this file format only accepts IAM_ROLE credentials.")
	}
}

// checkJob refuses what a COPY JOB cannot have.
func (r *copyReader) checkJob() {
	if r.c.Job == nil || r.err != nil {
		return
	}
	for _, name := range []string{"maxerror", "ignoreallerrors", "manifest", "access_key_id", "secret_access_key", "session_token"} {
		if at, ok := r.given[name]; ok {
			r.fail(at, codeUnsupported, "COPY option %s is not supported with JOB CREATE", strings.ToUpper(name))
			return
		}
	}
	if r.c.Auth.AccessKey != "" {
		r.fail(r.given["credentials"], codeUnsupported, "COPY option CREDENTIALS with access keys is not supported with JOB CREATE")
	}
	if r.c.Auth.DefaultRole {
		at, ok := r.given["iam_role"]
		if !ok {
			at = r.given["credentials"]
		}
		r.fail(at, codeUnsupported, "COPY option IAM_ROLE DEFAULT is not supported with JOB CREATE")
	}
}
