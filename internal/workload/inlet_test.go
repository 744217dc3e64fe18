package workload

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/cli"
)

// asInlet makes the test's own program the command inlet.
const asInlet = "INLET_WORKLOAD_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asInlet) != "" {
		os.Exit(cli.Main())
	}
	os.Exit(m.Run())
}

// inlet is the command as a process of its own.
type inlet struct {
	cmd  *exec.Cmd
	out  *output
	done chan struct{}
	err  error // After done.
}

// output keeps the end of what a process says.
type output struct {
	mu   sync.Mutex
	text []byte
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text = append(o.text, p...)
	if n := len(o.text) - 64<<10; n > 0 {
		o.text = append(o.text[:0], o.text[n:]...)
	}
	return len(p), nil
}

// last are the lines at the end.
func (o *output) last(lines int) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	all := strings.Split(string(bytes.TrimSpace(o.text)), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

func run(t testing.TB, args ...string) *inlet {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &inlet{cmd: exec.Command(program, args...), out: &output{}, done: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), asInlet+"=1")
	p.cmd.Stdout, p.cmd.Stderr = p.out, p.out
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.err = p.cmd.Wait(); close(p.done) }()
	t.Cleanup(p.kill)
	return p
}

// kill ends the process at once, as a crash does.
func (p *inlet) kill() {
	_ = p.cmd.Process.Kill()
	<-p.done
}

// ended reports whether the process ended by itself.
func (p *inlet) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// begun reports whether a task tells of its tables or of changes.
func (p *inlet) begun() bool {
	text := p.out.last(1 << 20)
	return strings.Contains(text, "\nshop.") || strings.Contains(text, "following changes")
}

// until waits for words of the process.
func (p *inlet) until(t testing.TB, words string) {
	t.Helper()
	deadline := time.After(patience)
	for tick := time.Tick(20 * time.Millisecond); !strings.Contains(p.out.last(1<<20), words); {
		select {
		case <-tick:
		case <-p.done:
			t.Fatalf("inlet ended by itself: %v\n%s", p.err, p.out.last(40))
		case <-deadline:
			t.Fatalf("inlet does not say %q:\n%s", words, p.out.last(40))
		}
	}
}

// wait waits until the process ends by itself.
func (p *inlet) wait(ctx context.Context) error {
	select {
	case <-p.done:
		return p.err
	case <-ctx.Done():
		p.kill()
		return errors.New("it does not end")
	}
}

// patience is how long anything may take that must end.
const patience = 4 * time.Minute
