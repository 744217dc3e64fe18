package dialect

import "strings"

// InletFiles is INLET FILES REPLAY|SKIP|UNLOAD JOB name FILE 's3://bucket/key' [AGAIN],
// which Redshift does not have. AGAIN belongs to REPLAY.
type InletFiles struct {
	base
	Verb string // "replay", "skip", "unload"
	Job  string
	URL  string
	// Again loads a file that is loaded, too.
	Again bool
}

// inlet reads the statements that are this program's own.
func (p *parser) inlet() Statement {
	p.expect("inlet", "files")
	f := &InletFiles{base: p.base, Verb: p.oneOf("replay", "skip", "unload")}
	p.expect("job")
	f.Job = p.jobName()
	p.expect("file")
	at := p.peek()
	f.URL = p.str()
	rest, ok := strings.CutPrefix(f.URL, "s3://")
	bucket, key, _ := strings.Cut(rest, "/")
	if p.err == nil && (!ok || bucket == "" || key == "") {
		p.fail(at, codeInvalidValue, `"%s" does not name a file: write s3://bucket/key`, f.URL)
	}
	f.Again = f.Verb == "replay" && p.accept("again")
	return f
}
