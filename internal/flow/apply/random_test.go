package apply_test

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/apply"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// model is what tables of a source hold, changed in the plainest way.
type model struct {
	r     *rand.Rand
	w     *world
	keyed *source.Table
	plain *source.Table
	rows  map[int]string // Of the keyed table: the row of each key.
	heap  []string       // Of the table without key.
	next  int
}

func newModel(w *world, seed uint64) *model {
	id := fmt.Sprint(seed)
	return &model{r: rand.New(rand.NewPCG(seed, 1)), w: w, rows: map[int]string{},
		keyed: table("keyed"+id, col("id!", bigint), col("name", varchar(40)), col("big", varchar(200))),
		plain: table("plain"+id, col("a", bigint), col("b", varchar(40)))}
}

var words = []string{"∅", "", "x", "y'z", `\N`, `"q"`, "two\nlines", `back\slash`, "π", "a,b"}

func (m *model) word() string { return words[m.r.IntN(len(words))] }

// key is one of those that have a row, -1 when none has.
func (m *model) key() int {
	if len(m.rows) == 0 {
		return -1
	}
	keys := make([]int, 0, len(m.rows))
	for k := range m.rows {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys[m.r.IntN(len(keys))]
}

// change makes one change in the model and in the log.
func (m *model) change() {
	k := m.key()
	switch op := m.r.IntN(10); {
	case op < 3 && len(m.rows) < 30 || k < 0:
		m.insert()
	case op < 5:
		m.w.delete(m.keyed, m.rows[k])
		delete(m.rows, k)
	case op < 8:
		m.update(k)
	case op == 8 && len(m.heap) > 0:
		i := m.r.IntN(len(m.heap))
		m.w.delete(m.plain, m.heap[i])
		m.heap = slices.Delete(m.heap, i, i+1)
	default:
		row := fmt.Sprintf("%d|%s", m.r.IntN(3), m.word())
		m.w.insert(m.plain, row)
		m.heap = append(m.heap, row)
	}
}

func (m *model) insert() {
	k := m.r.IntN(12)
	for m.rows[k] != "" {
		k = m.r.IntN(40)
	}
	m.rows[k] = fmt.Sprintf("%d|%s|%s", k, m.word(), m.word())
	m.w.insert(m.keyed, m.rows[k])
}

// update changes a row, perhaps its key; values that stay are sometimes not sent.
func (m *model) update(k int) {
	old := strings.Split(m.rows[k], "|")
	to := slices.Clone(old)
	sent := slices.Clone(old)
	before := old[0] + "|?|?"
	if m.r.IntN(2) == 0 {
		before = m.rows[k]
	}
	for i := 1; i < 3; i++ {
		if m.r.IntN(2) == 0 {
			to[i], sent[i] = m.word(), ""
			sent[i] = to[i]
		} else if m.r.IntN(2) == 0 {
			sent[i] = "?"
		}
	}
	delete(m.rows, k)
	if m.r.IntN(3) == 0 {
		for k = m.r.IntN(40); m.rows[k] != ""; {
			k = m.r.IntN(40)
		}
	}
	to[0], sent[0] = fmt.Sprint(k), fmt.Sprint(k)
	m.rows[k] = strings.Join(to, "|")
	m.w.update(m.keyed, before, strings.Join(sent, "|"))
}

// check compares the warehouse with the model.
func (m *model) check(t *testing.T) {
	t.Helper()
	var want []string
	for _, row := range m.rows {
		want = append(want, row)
	}
	got := m.w.SQL(t, "SELECT id, name, big FROM shop."+m.keyed.Name.Table)
	compare(t, "keyed", want, got)
	compare(t, "plain", slices.Clone(m.heap), m.w.SQL(t, "SELECT a, b FROM shop."+m.plain.Name.Table))
}

func compare(t *testing.T, what string, want, got []string) {
	t.Helper()
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(append([]string{}, want...), append([]string{}, got...)); diff != "" {
		t.Errorf("%s rows differ (-want +got):\n%s", what, diff)
	}
}

// crash breaks the connection at a step chosen by chance.
type crash struct {
	r    *rand.Rand
	left int // Steps until the next one.
}

var errCrash = errors.New("power failure")

func (c *crash) step(string) error {
	if c.left--; c.left > 0 {
		return nil
	}
	c.left = 1 + c.r.IntN(40)
	if c.r.IntN(3) == 0 {
		return io.ErrUnexpectedEOF // Of a connection, which the target runs again by itself.
	}
	return errCrash
}

// TestRandom makes changes by chance, applies them in batches by chance with power
// failures at all steps, and compares. It stands for trap 24 and more.
func TestRandom(t *testing.T) {
	w := start(t)
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			m := newModel(w, seed)
			w.log, w.at = nil, 0
			for _, tab := range []*source.Table{m.keyed, m.plain} { // So that both exist.
				w.rows(tab, source.Insert, nil, nil)
			}
			for range 60 {
				for range 1 + m.r.IntN(12) {
					m.change()
				}
				w.commit()
			}
			c := &crash{r: m.r, left: 1 + m.r.IntN(20)}
			crashes := 0
			for ; ; crashes++ {
				conf := w.config(w.target(t, c.step))
				conf.Limits = apply.Limits{Rows: int64(1 + m.r.IntN(60)), Bytes: int64(1000 + m.r.IntN(200_000))}
				err := apply.New(conf).Run(t.Context(), "", w.feed)
				if errors.Is(err, errEnd) {
					break
				}
				if !errors.Is(err, errCrash) || crashes > 200 {
					t.Fatal(err)
				}
			}
			m.check(t)
			if crashes == 0 {
				t.Error("nothing crashed")
			}
		})
	}
}
