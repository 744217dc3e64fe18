package dialect

// Raw is one statement cut out of a longer text.
type Raw struct {
	Text string // from its first to its last token: no semicolon, no comments around it
	Pos  int    // 1-based character of the text at which it starts
}

// Split cuts text into statements at semicolons outside literals, names and
// comments. Empty statements are left out.
func Split(sql string) ([]Raw, error) {
	toks, err := scan(sql, false)
	if err != nil {
		return nil, err
	}
	var out []Raw
	first := 0
	chars, bytes := 1, 0 // position counted so far, so that long scripts stay linear
	for i, t := range toks {
		if !t.is(";") && t.kind != tokenEnd {
			continue
		}
		if i > first {
			from, to := toks[first].start, toks[i-1].end
			chars += position(sql[bytes:from], from-bytes) - 1
			bytes = from
			out = append(out, Raw{Text: sql[from:to], Pos: chars})
		}
		first = i + 1
	}
	return out, nil
}
