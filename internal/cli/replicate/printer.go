package replicate

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/task"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
	"github.com/inlet-data/inlet/internal/node"
)

// printer shows progress: a line for each table that is refreshed on a terminal,
// plain lines elsewhere, objects with --json.
type printer struct {
	o *Options

	mu       sync.Mutex
	terminal bool
	drawn    int // Lines that the next drawing replaces.
	order    []source.Name
	tables   map[source.Name]*pace
	task     task.Statistics
	told     time.Time // The last plain line on following.
	caughtUp bool
	log      *tasklog.File
	status   *noter // Nil before the task runs.
}

// pace is how a table's load goes.
type pace struct {
	task.TableStatistics
	shown  time.Time
	state  task.TableState
	rate   float64 // Rows per second.
	before int64
	at     time.Time
}

func newPrinter(o *Options) *printer {
	return &printer{o: o, terminal: !o.JSON && isTerminal(o.Out), tables: map[source.Name]*pace{}}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// note is a line that is no figure, as JSON.
type note struct {
	Type string    `json:"type"`
	Time time.Time `json:"time"`
	Text string    `json:"text"`
}

// say prints a sentence.
func (p *printer) say(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.print("note", fmt.Sprintf(format, args...))
}

// print writes a sentence above the lines of the tables; p.mu is held.
func (p *printer) print(kind, text string) {
	if p.o.JSON {
		_ = printJSON(p.o, note{kind, time.Now().UTC(), text}) // A reader that went away is found at the end.
		return
	}
	p.erase()
	fmt.Fprintln(p.o.Out, text)
	p.draw()
}

// keep writes the task's log to a file in its directory.
func (p *printer) keep(dir string) (err error) {
	p.log, err = tasklog.OpenFile(filepath.Join(dir, "task.log"))
	return err
}

// line takes a line of the task's log: all go to its file, warnings and errors are shown.
func (p *printer) line(l tasklog.Line) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.log.Write(l)
	if l.Level == tasklog.Error || l.Level == tasklog.Warning {
		p.print("log", l.String())
	}
}

// event takes figures.
func (p *printer) event(e task.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.task = e.Task
	p.status.note(node.TaskRunning, e.Task, false)
	if e.Table != nil {
		p.table(e.Table)
		return
	}
	if p.o.JSON {
		p.taskJSON()
		return
	}
	p.redraw()
	p.following()
}

// table takes the figures of one table.
func (p *printer) table(s *task.TableStatistics) {
	t := p.tables[s.Name]
	if t == nil {
		t = &pace{at: time.Now()}
		p.tables[s.Name] = t
		p.order = append(p.order, s.Name)
	}
	now := time.Now()
	if s.FullLoadRows < t.before {
		t.before, t.at = s.FullLoadRows, now
	}
	if d := now.Sub(t.at).Seconds(); d >= 1 {
		rate := float64(s.FullLoadRows-t.before) / d
		if t.rate > 0 {
			rate = 0.7*t.rate + 0.3*rate
		}
		t.rate, t.before, t.at = rate, s.FullLoadRows, now
	}
	t.TableStatistics = *s
	if p.o.JSON {
		if t.state != s.State || now.Sub(t.shown) >= time.Second {
			p.tableJSON(t)
		}
	} else if !p.terminal && (t.state != s.State || s.State == task.Loading && now.Sub(t.shown) >= 10*time.Second) {
		fmt.Fprintln(p.o.Out, t.text())
		t.shown = now
	}
	t.state = s.State
}

// redraw replaces the tables' lines on a terminal.
func (p *printer) redraw() {
	p.erase()
	p.draw()
}

func (p *printer) erase() {
	if p.drawn > 0 {
		fmt.Fprintf(p.o.Out, "\x1b[%dA\x1b[J", p.drawn)
		p.drawn = 0
	}
}

// most is how many tables have a line on a terminal; those that move go first.
const most = 20

func (p *printer) draw() {
	if !p.terminal || len(p.order) == 0 {
		return
	}
	var b strings.Builder
	lines := 0
	for _, moving := range []bool{true, false} {
		for _, n := range p.order {
			t := p.tables[n]
			if lines < most && (t.State != task.Completed) == moving {
				fmt.Fprintln(&b, t.text())
				lines++
			}
		}
	}
	if rest := len(p.order) - lines; rest > 0 {
		fmt.Fprintf(&b, "and %d more tables\n", rest)
		lines++
	}
	if p.task.TablesLoaded == len(p.order) {
		fmt.Fprintln(&b, p.lag())
		lines++
	}
	io.WriteString(p.o.Out, b.String())
	p.drawn = lines
}

// following prints, where there is no terminal, that changes are applied, and now and then how far.
func (p *printer) following() {
	s := &p.task
	if p.terminal || s.LastApplied.IsZero() || s.TablesLoading+s.TablesQueued > 0 {
		return
	}
	if s.CaughtUp == p.caughtUp && time.Since(p.told) < 30*time.Second {
		return
	}
	p.caughtUp, p.told = s.CaughtUp, time.Now()
	fmt.Fprintln(p.o.Out, p.lag())
}

// begin says what starts.
func (p *printer) begin(name string, how task.Start) {
	verb := map[task.Start]string{task.StartReplication: "starts", task.ResumeProcessing: "goes on", task.ReloadTarget: "loads everything again"}[how]
	p.say("task %s %s", name, verb)
}

// end says what became of it.
func (p *printer) end(t *task.Task, stop task.Stop, took time.Duration) {
	var rows, changes int64
	for _, s := range t.Tables() {
		rows += s.FullLoadRows
		changes += s.AppliedInserts + s.AppliedUpdates + s.AppliedDeletes
	}
	s := t.Statistics()
	p.say("%s: %d tables, %s rows loaded, %s changes applied, after %s. %s", p.o.Mode, s.TablesLoaded, thousands(rows), thousands(changes), took.Round(time.Millisecond), stop)
	_ = p.log.Close() // What was to be said is said.
}
