package dataapi_test

import "testing"

// BenchmarkPage fetches a page of 1 MB, signed and decoded.
func BenchmarkPage(b *testing.B) {
	w := newWorld(b)
	id := w.run("ExecuteStatement", `{`+place+`,"Sql":"SELECT x, 'some text ' || x FROM generate_series(1, 100000) AS g(x)"}`).text("Id")
	rows := 0
	for b.Loop() {
		rows += len(w.do("GetStatementResult", `{"Id":"`+id+`"}`)["Records"].([]any))
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkStatement submits a statement, polls it to its end and fetches its row.
func BenchmarkStatement(b *testing.B) {
	w := newWorld(b)
	for b.Loop() {
		id := w.run("ExecuteStatement", `{`+place+`,"Sql":"SELECT 1"}`).text("Id")
		w.do("GetStatementResult", `{"Id":"`+id+`"}`)
	}
}
