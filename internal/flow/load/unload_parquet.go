package load

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// writeParquet lets the engine write files into a folder, and sends them.
func (u *unload) writeParquet(ctx context.Context) error {
	options, err := u.parquetOptions()
	if err != nil {
		return err
	}
	exchange, err := u.exchange()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(exchange, "*.unload")
	if err != nil {
		return fmt.Errorf("make a folder to unload into: %w", err)
	}
	defer os.RemoveAll(dir) // The exchange folder is emptied when the database is opened again.
	started := time.Now().UTC()
	to := dir
	if !u.many() {
		to = filepath.Join(dir, "0.parquet")
	}
	names := make([]string, len(u.Columns))
	for i, c := range u.Columns {
		names[i] = warehouse.Quote(c.Name)
	}
	n, err := u.client.Conn().Exec(ctx, "COPY (SELECT * FROM ("+u.SQL+") q("+strings.Join(names, ", ")+")) TO "+warehouse.Literal(to)+" (FORMAT parquet, CODEC snappy"+options+")")
	if err != nil {
		return err
	}
	return u.sendParquet(ctx, dir, unloaded{rows: n, started: started})
}

// many reports that the engine may write several files.
func (u *unload) many() bool { return u.has("partition") || u.has("maxfilesize") }

// parquetOptions are the engine's words for UNLOAD's.
func (u *unload) parquetOptions() (string, error) {
	var b strings.Builder
	if u.has("maxfilesize") {
		size, err := u.maxFile()
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, ", FILE_SIZE_BYTES %d", size)
	}
	if u.has("partition") {
		names := make([]string, len(u.partition))
		for i, c := range u.partition {
			names[i] = warehouse.Quote(u.Columns[c].Name)
		}
		fmt.Fprintf(&b, ", PARTITION_BY (%s), WRITE_PARTITION_COLUMNS %t", strings.Join(names, ", "), len(u.written) == len(u.Columns))
	}
	if v, ok := u.options["rowgroupsize"]; ok {
		size, err := sized(v)
		if err != nil || size < 32*mega || size > 128*mega {
			return "", u.boxed(boxed{message: "ROWGROUPSIZE must be between 32 MB and 128 MB"})
		}
		fmt.Fprintf(&b, ", ROW_GROUP_SIZE %d", max(warehouse.ChunkSize, size/u.rowWidth()))
	}
	return b.String(), nil
}

// rowWidth is about what a row takes in a row group: the engine counts rows there, not bytes.
func (u *unload) rowWidth() int64 {
	width := int64(0)
	for _, c := range u.Columns {
		switch c.Type.ID {
		case sqltype.Char, sqltype.Varchar, sqltype.Super, sqltype.Varbyte:
			width += int64(max(4, min(c.Type.Length/2, 64)))
		default:
			width += 8
		}
	}
	return max(width, 1)
}

// sendParquet sends the files that the engine wrote; its folders name partitions as ours do.
func (u *unload) sendParquet(ctx context.Context, dir string, done unloaded) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		f := done
		if f.folder, err = u.refolder(dir, path); err != nil {
			return err
		}
		if u.many() {
			if f.rows, err = u.countParquet(ctx, path); err != nil {
				return err
			}
		}
		in, err := os.Open(path)
		if err != nil {
			return fmt.Errorf("read the file to unload: %w", err)
		}
		return errors.Join(u.put(ctx, in, f), in.Close())
	})
}

// refolder turns the engine's names of folders into ours.
func (u *unload) refolder(dir, path string) (string, error) {
	relative, err := filepath.Rel(dir, filepath.Dir(path))
	if err != nil || relative == "." {
		return "", err
	}
	var values [][]byte
	for part := range strings.SplitSeq(filepath.ToSlash(relative), "/") {
		_, text, _ := strings.Cut(part, "=")
		value, err := url.PathUnescape(text)
		if err != nil {
			return "", fmt.Errorf("folder %q: %w", part, err)
		}
		if value == nowhere {
			value = ""
		}
		values = append(values, []byte(value))
	}
	return u.folder(values), nil
}

func (u *unload) countParquet(ctx context.Context, path string) (n int64, err error) {
	err = warehouse.EachRow(ctx, u.client.Conn(), func(c *warehouse.Chunk, row int) error {
		n = warehouse.Values[int64](&c.Vectors[0])[row]
		return nil
	}, "SELECT count(*) FROM read_parquet("+warehouse.Literal(path)+", hive_partitioning = false)")
	return n, err
}

// sized reads a size, in MB unless GB is said.
func sized(v string) (int64, error) {
	number, unit, _ := strings.Cut(v, " ")
	n, err := strconv.ParseFloat(number, 64)
	size := n * mega
	if strings.EqualFold(unit, "gb") {
		size *= 1024
	}
	return int64(size), err
}
