package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
)

// generate writes a file of rows, each made by appending row to a line.
func generate(path, header string, rows int, row func(b []byte, id int) []byte) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	w := bufio.NewWriterSize(file, 1<<20)
	if _, err := w.WriteString(header); err != nil {
		return err
	}
	line := make([]byte, 0, 256)
	for id := 1; id <= rows; id++ {
		line = row(line[:0], id)
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return file.Close()
}

// appendRow makes row id of bulk out of nothing but its id: every twentieth name has a comma and quotes.
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
