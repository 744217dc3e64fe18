package doctor

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// WriteTo prints the report for people.
func (r *Report) WriteTo(w io.Writer) (int64, error) {
	var b strings.Builder
	for i := range r.Findings {
		r.Findings[i].write(&b)
	}
	r.writeMends(&b)
	n, err := io.WriteString(w, b.String())
	return int64(n), err
}

func (f *Finding) write(b *strings.Builder) {
	fmt.Fprintf(b, "%s  %s\n", f.At.UTC().Format(time.RFC3339), f.who())
	fmt.Fprintf(b, "  asked for %s on %s%s.\n\n", f.Action, f.what(), owned(f.Owner))
	if len(f.Chain) > 1 {
		for _, l := range f.Chain {
			fmt.Fprintf(b, "  %s %s\n", mark(l.State), l.Hop)
		}
		b.WriteString("\n")
	}
	verb := "Nothing allows it in"
	switch {
	case f.Explicit:
		verb = "It is denied in"
	case f.Hop == PublicAccess:
		verb = "It is refused by"
	case f.Missing == "":
		verb = "Something is missing in"
	}
	fmt.Fprintf(b, "%s %s.\n", verb, f.Where)
	for i := range f.Quotes {
		f.Quotes[i].write(b, f.Explicit)
	}
	if f.Missing != "" {
		fmt.Fprintf(b, "Missing: %s.\n", f.Missing)
	}
	f.writeNow(b)
	b.WriteString("\n")
}

func (f *Finding) who() string {
	switch {
	case f.Caller == "":
		return "Somebody without a signature"
	case f.Account != "":
		return f.Caller + " (account " + f.Account + ")"
	}
	return f.Caller
}

func (f *Finding) what() string {
	if f.Resource == "" || f.Resource == "*" {
		return "no particular resource"
	}
	return f.Resource
}

func owned(account string) string {
	if account == "" {
		return ""
	}
	return " (account " + account + ")"
}

func mark(state string) string {
	switch state {
	case "passed":
		return "ok     "
	case "refused":
		return "REFUSED"
	}
	return "-      "
}

func (q *Quote) write(b *strings.Builder, denies bool) {
	place := fmt.Sprintf("statement %d", q.Statement)
	if q.Sid != "" {
		place += " (" + q.Sid + ")"
	}
	if q.Document != "" {
		place += " of " + q.Document
	}
	place += fmt.Sprintf(", line %d", q.Line)
	if denies {
		fmt.Fprintf(b, "This statement denies it: %s\n", place)
	} else {
		fmt.Fprintf(b, "Closest is %s, but %s.\n", place, q.Reason)
	}
	for line := range strings.Lines(q.Text) {
		b.WriteString("    " + strings.TrimRight(line, "\n") + "\n")
	}
}

func (f *Finding) writeNow(b *strings.Builder) {
	switch f.Now {
	case allowedNow:
		b.WriteString("The policies have changed since: the same call would be allowed now.\n")
	case refusedElsewhere:
		fmt.Fprintf(b, "The policies have changed since: the same call would now be refused at another place: %s.\n", f.NowHop)
	}
	if f.NoMend != "" {
		fmt.Fprintf(b, "There is no command for it: %s.\n", f.NoMend)
	}
}

func (r *Report) writeMends(b *strings.Builder) {
	for _, m := range r.Mends {
		if m.Command == "" {
			fmt.Fprintf(b, "%s to:\n%s\n\n", m.What, m.Document)
		}
	}
	if !slices.ContainsFunc(r.Mends, func(m Mend) bool { return m.Command != "" }) {
		return
	}
	b.WriteString("To mend it, paste this into a shell (first, once: eval \"$(inlet env)\"):\n")
	r.commands(b)
}

// WriteCommands prints only what goes into a shell.
func (r *Report) WriteCommands(w io.Writer) error {
	var b strings.Builder
	r.commands(&b)
	_, err := io.WriteString(w, strings.TrimPrefix(b.String(), "\n"))
	return err
}

func (r *Report) commands(b *strings.Builder) {
	for _, m := range r.Mends {
		if m.Command != "" {
			fmt.Fprintf(b, "\n# %s\n%s\n", m.What, m.Command)
		}
	}
	if len(r.After) > 0 {
		fmt.Fprintf(b, "\n# What has failed stays so: remove the integration, then create it again\n%s\n", strings.Join(r.After, "\n"))
	}
}
