package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
)

// columns are those of the table that everyone loads.
const columns = "(id INTEGER, name VARCHAR(255), value DECIMAL(10,2), timestamp TIMESTAMP)"

// generate writes a file of the table: every twentieth name has a comma and quotes.
func generate(path string, rows int) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	w := bufio.NewWriterSize(file, 1<<20)
	if _, err := w.WriteString("id,name,value,timestamp\n"); err != nil {
		return err
	}
	line := make([]byte, 0, 128)
	for id := 1; id <= rows; id++ {
		line = appendRow(line[:0], id)
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return file.Close()
}

// appendRow makes row id out of nothing but its id.
func appendRow(b []byte, id int) []byte {
	mixed := uint32(id) * 2654435761
	b = strconv.AppendInt(b, int64(id), 10)
	if id%20 == 0 {
		b = append(b, `,"Customer ""`...)
		b = strconv.AppendUint(b, uint64(mixed), 36)
		b = append(b, `"", Ltd",`...)
	} else {
		b = append(b, ",Customer "...)
		b = strconv.AppendUint(b, uint64(mixed), 36)
		b = append(b, ',')
	}
	b = strconv.AppendUint(b, uint64(mixed%9_999_999), 10)
	return fmt.Appendf(b, ".%02d,2025-%02d-%02d %02d:%02d:%02d\n", mixed%100, 1+mixed>>4%12, 1+mixed>>8%28, mixed>>12%24, mixed>>16%60, mixed>>20%60)
}
