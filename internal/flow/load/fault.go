package load

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/load/delimited"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/guard"
)

const serverless = warehouse.Serverless

// Codes of Redshift's boxed errors.
const (
	codeGeneric     = 8001
	codeCredentials = 30000
)

// boxed is what stands in the framed DETAIL of an error of Redshift's engine.
type boxed struct {
	message, context, location, hint string
	code                             int // codeGeneric unless given
	err                              error
}

// boxed renders the error as Redshift does: SQLSTATE XX000 and a framed DETAIL.
func (r *run) boxed(b boxed) error {
	if b.code == 0 {
		b.code = codeGeneric
	}
	if b.location == "" {
		b.location = "s3_utility.cpp:568"
	}
	rule := "  " + strings.Repeat("-", 47) + "\n"
	var d strings.Builder
	d.WriteString("\n" + rule)
	fmt.Fprintf(&d, "  error:  %s\n", b.message)
	fmt.Fprintf(&d, "  code:      %d\n", b.code)
	fmt.Fprintf(&d, "  context:   %s\n", b.context)
	fmt.Fprintf(&d, "  query:     %d\n", r.query)
	fmt.Fprintf(&d, "  location:  %s\n", b.location)
	fmt.Fprintf(&d, "  process:   padbmaster [pid=%d]\n", r.PID)
	d.WriteString(rule)
	return &fault.Error{Kind: fault.Invalid, Code: "XX000", Op: "COPY", Message: b.message, Detail: d.String(), Hint: b.hint, Err: b.err}
}

// sourceError is a refusal or fault of the bucket, on its way to Redshift's words.
type sourceError struct {
	context, location string
	err               error
}

func (e *sourceError) Error() string { return e.context + ": " + e.err.Error() }
func (e *sourceError) Unwrap() error { return e.err }

// noPrefix says that no object has the prefix.
type noPrefix struct{ prefix string }

func (e *noPrefix) Error() string { return "The specified S3 prefix '" + e.prefix + "' does not exist" }

// NoFiles reports whether an error says that no object has the prefix.
func NoFiles(err error) bool {
	_, ok := errors.AsType[*noPrefix](err)
	return ok
}

var errRegion = errors.New("the bucket is in another region")

// message is the short text of an error for the ledger.
func message(err error) string {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.Message
	}
	return err.Error()
}

// explain turns what stopped the load into what Redshift tells its client.
func (r *run) explain(err error) error {
	if errs, ok := errors.AsType[*delimited.TooManyErrors](err); ok {
		return &BadFiles{Files: r.badFiles(), Err: r.loadFailed(errs.First, errs)}
	}
	if src, ok := errors.AsType[*sourceError](err); ok {
		return r.explainSource(src, err)
	}
	if file, ok := errors.AsType[*delimited.FileError](err); ok && !transient(err) && !internal(err) {
		return &BadFiles{Files: r.files[file.FileIndex : file.FileIndex+1], Err: r.brokenFile(file)}
	}
	if p, ok := errors.AsType[*noPrefix](err); ok {
		return r.boxed(boxed{message: p.Error(), err: p})
	}
	if errors.Is(err, errRegion) {
		return r.boxed(boxed{message: "S3ServiceException:The bucket you are attempting to access must be addressed using the specified endpoint.,Status 301,Error PermanentRedirect",
			hint: "Name the bucket's own region in REGION, or leave REGION out: the warehouse is in " + r.ns.Region + "."})
	}
	if engine, ok := lacking(err); ok {
		return r.outOfMemory(engine, err)
	}
	return err
}

// transient reports errors that may pass when the load is tried again.
func transient(err error) bool {
	return fault.KindOf(err) == fault.Unavailable || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// internal reports an error of this program or its machine: a file that could not be read for it is none the worse.
func internal(err error) bool {
	f, ok := errors.AsType[*fault.Error](err)
	return ok && f.Kind == fault.Internal
}

// explainSource renders a refusal or fault of the bucket as Redshift's S3ServiceException.
func (r *run) explainSource(src *sourceError, err error) error {
	if transient(err) {
		return err
	}
	text, hint := "", ""
	denied, isDenied := errors.AsType[*guard.Denied](src.err)
	f, isFault := errors.AsType[*fault.Error](src.err)
	switch {
	case isDenied:
		text = fmt.Sprintf("Access Denied,Status 403,Error AccessDenied,Rid %s,ExtRid %s,CanRetry 1", requestID(denied), requestID(denied))
		hint = denied.Hint()
	case isFault && f.Code != "":
		text = fmt.Sprintf("%s,Status %d,Error %s", f.Message, status(f), f.Code)
		hint = f.Hint
	default:
		return err
	}
	out := r.boxed(boxed{message: "S3ServiceException:" + text, context: src.context, location: src.location, hint: hint, err: src.err})
	if file, ok := errors.AsType[*delimited.FileError](err); ok && isFault && (f.Code == "NoSuchKey" || f.Code == "PreconditionFailed") {
		return &BadFiles{Files: r.files[file.FileIndex : file.FileIndex+1], Err: out}
	}
	return out
}

func requestID(d *guard.Denied) string {
	if id := d.Call.By.Request.ID; id != "" {
		return id
	}
	return "none"
}

func status(f *fault.Error) int {
	switch f.Kind {
	case fault.NotFound:
		return 404
	case fault.Denied, fault.Unauthorized:
		return 403
	}
	return 400
}

// notAttached says that the role is not attached to the warehouse.
// Source: Redshift Management Guide, "Authorizing COPY and UNLOAD operations using IAM roles".
func (r *run) notAttached(ctx context.Context, role string) error {
	hint := fmt.Sprintf("The role is not attached to the warehouse %s. Attach it: %s", r.ns.Label(), r.attachCommand(role))
	if r.ns.Attaching(role) {
		hint = fmt.Sprintf("The role is being attached to the warehouse %s. Try again when its status is in-sync, in a moment.", r.ns.Label())
	} else if w, ok := r.loader.credentials.(Witness); ok {
		w.NotAttached(ctx, r.ns, role)
	}
	if r.ns.Kind == serverless {
		return r.boxed(boxed{code: codeCredentials, location: "xen_aws_credentials_mgr.cpp:422", hint: hint,
			message: "exception name : UnauthorizedException, error type : 135, message: The requested role " + role + " is not associated to cluster, should retry : 0"})
	}
	return r.boxed(boxed{context: "IAM Role=" + role, location: "xen_aws_credentials_mgr.cpp:321", hint: hint,
		message: "User " + r.ns.DBUser(r.User.Name) + " is not authorized to assume IAM Role " + role})
}

// notAssumed says that the role could not be assumed, at which one of a chain.
func (r *run) notAssumed(role string, err error) error {
	hint := ""
	if denied, ok := errors.AsType[*guard.Denied](err); ok {
		hint = denied.Hint()
	} else if f, ok := errors.AsType[*fault.Error](err); ok {
		hint = f.Message
	}
	if r.ns.Kind == serverless {
		return r.boxed(boxed{code: codeCredentials, location: "xen_aws_credentials_mgr.cpp:450", hint: hint, err: err,
			message: "exception name : UnauthorizedException, error type : 135, message: Not authorized to get credentials of role " + role + ", should retry : 0"})
	}
	return r.boxed(boxed{context: "IAM Role=" + role, location: "xen_aws_credentials_mgr.cpp:450", hint: hint, err: err,
		message: "User " + r.ns.DBUser(r.User.Name) + " is not authorized to assume IAM Role " + role})
}

// loadFailed is the error of a load that rejected too many rows.
func (r *run) loadFailed(first delimited.RowError, cause error) error {
	view, gap := "stl_load_errors", "  "
	if r.ns.Kind == serverless {
		view, gap = "sys_load_error_detail", " "
	}
	where := fmt.Sprintf("%s, line %d", first.File, first.Line)
	if first.Column != "" {
		where += ", column " + first.Column
	}
	return &fault.Error{Kind: fault.Invalid, Code: "XX000", Op: "COPY", On: r.table.Name, Err: cause,
		Message: fmt.Sprintf("Load into table '%s' failed.%sCheck '%s' system table for details.", r.table.Name, gap, view),
		Hint:    fmt.Sprintf("First rejected row: %s: %s (code %d).", where, first.Reason, first.Code)}
}

// brokenFile is the error for a file that cannot be read to its end.
func (r *run) brokenFile(f *delimited.FileError) error {
	if f.Code != 0 {
		r.broken = f
		return r.loadFailed(delimited.RowError{File: f.File, Line: f.Line, Code: f.Code, Reason: f.Reason}, f)
	}
	text := fmt.Sprintf("%s: line %d: %s", f.File, f.Line, f.Reason)
	return r.boxed(boxed{message: text, context: "S3 key being read : " + f.File, location: "table_s3_scanner.cpp:354", err: f})
}

// badFiles are the files with rejected rows.
func (r *run) badFiles() []Object {
	seen := map[int]bool{}
	var bad []Object
	for _, e := range r.scan.Errors() {
		if !seen[e.FileIndex] {
			seen[e.FileIndex] = true
			bad = append(bad, r.files[e.FileIndex])
		}
	}
	return bad
}
