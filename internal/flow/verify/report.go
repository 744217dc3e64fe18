package verify

// Report is a result for programs.
type Report struct {
	Schema      string   `json:"schema"`
	Table       string   `json:"table"`
	Equal       bool     `json:"equal"`
	State       string   `json:"state"`
	SourceRows  int64    `json:"source_rows"`
	TargetRows  int64    `json:"target_rows"`
	SourceSum   string   `json:"source_checksum"`
	TargetSum   string   `json:"target_checksum"`
	Position    string   `json:"position,omitempty"`
	Seconds     float64  `json:"seconds"`
	Skipped     []string `json:"columns_not_compared,omitempty"`
	Differences []Row    `json:"differences,omitempty"`
	More        bool     `json:"more_differences,omitempty"`
	Error       string   `json:"error,omitempty"`
}

// Row is a row that differs, for programs; Text is the same for people.
type Row struct {
	Kind    Kind     `json:"kind"`
	Key     []string `json:"key"`
	Columns []string `json:"columns,omitempty"`
	Text    string   `json:"text"`
}

// Report says the result for programs.
func (r *Result) Report() Report {
	out := Report{
		Schema: r.Table.Schema, Table: r.Table.Table, Equal: r.Equal, State: r.State(), SourceRows: r.SourceRows, TargetRows: r.TargetRows,
		SourceSum: r.SourceSum.String(), TargetSum: r.TargetSum.String(), Position: string(r.Position), Seconds: r.Elapsed.Seconds(),
		Skipped: r.Skipped, More: r.More,
	}
	if r.Err != nil {
		out.Error = r.Err.Error()
	}
	for i := range r.Differences {
		d := &r.Differences[i]
		out.Differences = append(out.Differences, Row{d.Kind, d.Key, d.Columns, d.String()})
	}
	return out
}
