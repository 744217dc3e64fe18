package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
)

// traffic is what clients do to the node until it is killed or all is sent.
type traffic struct {
	*soak
	p      *process
	s3     *client
	deadly int          // the PUT that kills the node within its body
	files  atomic.Int64 // put so far, acknowledged or not
}

// run lets all clients work and returns when each has ended.
func (t *traffic) run(ctx context.Context) {
	var all sync.WaitGroup
	for i := range 3 {
		r := t.rand(uint64(i))
		all.Go(func() { t.putFiles(ctx, i, r) })
	}
	r := t.rand(10)
	all.Go(func() { t.copyFiles(ctx, r) })
	all.Go(func() { t.commitPairs(ctx) })
	s := t.rand(11)
	all.Go(func() { t.overwrite(ctx, s) })
	v := t.rand(12)
	all.Go(func() { t.writeOver(ctx, v) })
	q := t.rand(13)
	all.Go(func() { t.putStrict(ctx, q) })
	all.Wait()
}

// least is how many rows a file must have: a listing passes over those without a byte,
// so that a job never knows of one whose event was dropped.
func (t *traffic) least() int {
	if t.lossy {
		return 1
	}
	return 0
}

// putFiles puts files for the jobs.
func (t *traffic) putFiles(ctx context.Context, writer int, r *rand.Rand) {
	for i := 0; !t.p.gone() && ctx.Err() == nil; i++ {
		n := int(t.files.Add(1))
		if n > t.options.files {
			return
		}
		folder := []string{"all", "odd"}[r.IntN(2)]
		f, text := newFile(fmt.Sprintf("in/%s/%s/%d-%03d.csv", folder, t.generation(), writer, i), t.least(), r)
		t.world.change(func() { t.world.files[f.key] = f })
		if t.put(ctx, f, text, n == t.deadly, r) == nil {
			t.world.change(func() { f.acked = true })
		}
	}
}

func (t *traffic) put(ctx context.Context, f *file, text []byte, fatal bool, r *rand.Rand) error {
	var body io.Reader = bytes.NewReader(text)
	if fatal {
		body = &deadly{body, r.IntN(len(text) + 1), func() {
			t.tally.killed("put: within a body")
			t.p.kill()
		}}
	}
	return t.s3.put(ctx, f.key, body, len(text))
}

// deadly is a body that kills who reads it when left bytes were read.
type deadly struct {
	io.Reader
	left int
	kill func()
}

func (d *deadly) Read(p []byte) (int, error) {
	if d.left == 0 && d.kill != nil {
		d.kill()
		d.kill = nil
	}
	if len(p) > d.left && d.left > 0 {
		p = p[:d.left]
	}
	n, err := d.Reader.Read(p)
	d.left = max(0, d.left-n)
	return n, err
}

// copyFiles puts a few files that concern no job and loads them with COPY.
func (t *traffic) copyFiles(ctx context.Context, r *rand.Rand) {
	conn, err := t.p.info.Connect(ctx)
	if err != nil {
		return // It is being killed.
	}
	defer conn.Close(context.Background())
	for i := 0; i < 4 && !t.p.gone() && ctx.Err() == nil; i++ {
		prefix := fmt.Sprintf("once/%s-%d/", t.generation(), i)
		b := &batch{}
		for n := range 1 + r.IntN(3) {
			f, text := newFile(fmt.Sprintf("%s%d.csv", prefix, n), 0, r)
			if f.bad || f.rows == 0 || t.s3.put(ctx, f.key, bytes.NewReader(text), len(text)) != nil {
				continue
			}
			f.acked = true
			b.files = append(b.files, f)
		}
		if len(b.files) == 0 {
			continue
		}
		t.world.change(func() { t.world.copies[prefix] = b })
		_, err := conn.Exec(ctx, "COPY once FROM 's3://"+bucketName+"/"+prefix+"' IAM_ROLE 'arn:aws:iam::222222222222:role/Reader' CSV", pgx.QueryExecModeSimpleProtocol)
		t.world.change(func() { b.acked = err == nil })
	}
}

// commitPairs commits transactions of two rows.
func (t *traffic) commitPairs(ctx context.Context) {
	conn, err := t.p.info.Connect(ctx)
	if err != nil {
		return // It is being killed.
	}
	defer conn.Close(context.Background())
	for i := 0; i < 20 && !t.p.gone() && ctx.Err() == nil; i++ {
		id := int64(t.round)*1000 + int64(i)
		t.world.change(func() { t.world.pairs[id] = false })
		if t.commitPair(ctx, conn, id) == nil {
			t.world.change(func() { t.world.pairs[id] = true })
		}
	}
}

func (t *traffic) commitPair(ctx context.Context, conn *pgx.Conn, id int64) error {
	for _, sql := range []string{"BEGIN", "INSERT INTO pair VALUES (%d, 1)", "INSERT INTO pair VALUES (%d, 2)", "COMMIT"} {
		if sql != "BEGIN" && sql != "COMMIT" {
			sql = fmt.Sprintf(sql, id)
		}
		if tag, err := conn.Exec(ctx, sql, pgx.QueryExecModeSimpleProtocol); err != nil || sql == "COMMIT" && tag.String() != "COMMIT" {
			conn.Exec(ctx, "ROLLBACK", pgx.QueryExecModeSimpleProtocol) // What was to be told is told: it was not acknowledged.
			return fmt.Errorf("commit a pair: %v %w", tag, err)
		}
	}
	return nil
}

// writeOver puts new versions of a few files for jobs.
func (t *traffic) writeOver(ctx context.Context, r *rand.Rand) {
	for i := 1; i <= 30 && !t.p.gone() && ctx.Err() == nil; i++ {
		f, text := newVersion(fmt.Sprintf("over/%d.csv", r.IntN(6)), t.round*100+i, r)
		t.world.change(func() { t.world.versions[f.key] = append(t.world.versions[f.key], f) })
		if t.s3.put(ctx, f.key, bytes.NewReader(text), len(text)) == nil {
			t.world.change(func() { f.acked = true })
		}
	}
}

// putStrict puts files for the job that looks at what it loads.
func (t *traffic) putStrict(ctx context.Context, r *rand.Rand) {
	for i := 0; i < 15 && !t.p.gone() && ctx.Err() == nil; i++ {
		f, text := newStrict(fmt.Sprintf("strict/%s/%03d.csv", t.generation(), i), t.least(), r)
		t.world.change(func() { t.world.strict[f.key] = f })
		if t.s3.put(ctx, f.key, bytes.NewReader(text), len(text)) == nil {
			t.world.change(func() { f.acked = true })
		}
	}
}

// overwrite writes the same few objects again and again, and deletes them.
func (t *traffic) overwrite(ctx context.Context, r *rand.Rand) {
	for i := 0; i < 40 && !t.p.gone() && ctx.Err() == nil; i++ {
		key := fmt.Sprintf("state/%d", r.IntN(5))
		content := ""
		if r.IntN(4) > 0 {
			content = fmt.Sprintf("%s %d %d", t.generation(), i, r.IntN(1000))
		}
		t.world.change(func() { t.world.intend(key, content) })
		err := t.s3.remove
		if content != "" {
			err = func(ctx context.Context, key string) error {
				return t.s3.put(ctx, key, bytes.NewReader([]byte(content)), len(content))
			}
		}
		if err(ctx, key) == nil {
			t.world.change(func() { t.world.states[key].possible = []string{content} })
		}
	}
}

// intend notes what an object may hold from now on. It needs world.mu.
func (w *world) intend(key, content string) {
	if w.states[key] == nil {
		w.states[key] = &state{possible: []string{""}}
	}
	w.states[key].possible = append(w.states[key].possible, content)
}
