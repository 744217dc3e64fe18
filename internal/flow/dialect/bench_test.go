package dialect

import (
	"strings"
	"testing"
)

// BenchmarkRewrite is what a session pays for a statement before the engine sees it.
func BenchmarkRewrite(b *testing.B) {
	catalog := testCatalog(b)
	for name, sql := range map[string]string{
		"select":      "SELECT job_id, job_name, data_source FROM sys_copy_job WHERE job_name = 'data_import_job'",
		"report":      "select name, date_trunc('month', sold) m, sum(price) / count(*), listagg(code, ',') within group (order by id) from sales where sold between '2024-01-01' and getdate() and name like 'A%' group by 1, 2 having count(*) > 1 order by 3 desc limit 10",
		"insert 1000": "insert into data_import values " + strings.Repeat("(1, 'Anna', 12.50, '2024-01-31 10:00:00'), ", 999) + "(1, 'x', 1, '2024-01-01')",
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(sql)))
			b.ReportAllocs()
			for b.Loop() {
				s, err := Parse(sql)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := Rewrite(s, catalog); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
