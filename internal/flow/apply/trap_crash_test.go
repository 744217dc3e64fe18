package apply_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/apply"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// TestTrap08And24Crash ends the first run with a power failure before each step in turn;
// the next one goes on, and what came twice in one batch, or is there twice, would show.
func TestTrap08And24Crash(t *testing.T) {
	w := start(t)
	crashed := true
	for n := 0; crashed && n < 60; n++ {
		t.Run(fmt.Sprint("24: before step ", n), func(t *testing.T) {
			w.log, w.at = nil, 0
			keyed := table(fmt.Sprint("keyed", n), col("id!", bigint), col("v", varchar(10)))
			plain := table(fmt.Sprint("plain", n), col("id", bigint))
			w.insert(keyed, "1|a", "2|b")
			w.insert(plain, "7", "7", "8")
			w.commit()
			step := 0
			broken := w.target(t, func(string) error {
				if step++; step > n {
					return errCrash
				}
				return nil
			})
			err := apply.New(w.config(broken)).Run(t.Context(), "", w.feed)
			if crashed = errors.Is(err, errCrash); !crashed && !errors.Is(err, errEnd) {
				t.Fatal(err)
			}
			w.delete(keyed, "1|a")
			w.update(keyed, "2|b", "2|c")
			w.rows(plain, source.Delete, []string{"7"}, nil)
			w.commit()
			tg := w.target(t, nil)
			w.apply(t, w.config(tg))
			compare(t, "keyed", []string{"2|c"}, w.SQL(t, "SELECT id, v FROM shop."+keyed.Name.Table))
			compare(t, "plain", []string{"7", "8"}, w.SQL(t, "SELECT id FROM shop."+plain.Name.Table))
			if pos, _, err := tg.Position(t.Context()); err != nil || pos != commit(2).Position() {
				t.Errorf("the position is %s, %v", pos, err)
			}
			if got := w.SQL(t, "SELECT count(*) FROM public.awsdms_apply_exceptions WHERE table_name LIKE '%"+fmt.Sprint(n)+"'"); got[0] != "0" {
				t.Errorf("%s exceptions", got[0])
			}
		})
	}
	if crashed {
		t.Error("the run never came to its end")
	}
}
