package tasklog_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

func TestLineString(t *testing.T) {
	at := time.Date(2023, 10, 31, 15, 12, 44, 7e8, time.UTC)
	tests := []struct {
		name string
		line tasklog.Line
		want string
	}{
		{"a load's error", tasklog.Line{Time: at, Component: tasklog.TargetLoad, Level: tasklog.Error, Text: "RetCode: SQL_ERROR"},
			"2023-10-31T15:12:44 [TARGET_LOAD     ]E:  RetCode: SQL_ERROR"},
		{"full width", tasklog.Line{Time: at, Component: tasklog.MetadataManager, Level: tasklog.Info, Text: "x"},
			"2023-10-31T15:12:44 [METADATA_MANAGER]I:  x"},
		{"cut", tasklog.Line{Time: at, Component: "VALIDATOR_TARGET_X", Level: tasklog.Warning, Text: "x"},
			"2023-10-31T15:12:44 [VALIDATOR_TARGET]W:  x"},
		{"zone", tasklog.Line{Time: at.In(time.FixedZone("", 3600)), Component: tasklog.Sorter, Level: tasklog.Debug, Text: ""},
			"2023-10-31T15:12:44 [SORTER          ]T:  "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.line.String()
			if got != tt.want {
				t.Fatalf("String() = %q, want %q", got, tt.want)
			}
			back, err := tasklog.Parse(got)
			if err != nil {
				t.Fatal(err)
			}
			if again := back.String(); again != tt.want {
				t.Errorf("Parse(%q).String() = %q", got, again)
			}
		})
	}
}

func TestParse(t *testing.T) {
	at := time.Date(2024, 3, 1, 1, 2, 3, 0, time.UTC)
	tests := []struct {
		name, line string
		want       tasklog.Line
		bad        bool
	}{
		{name: "thread id and fraction", line: "00362696: 2024-03-01T01:02:03.123 [SORTER          ]I:  Reading from source is paused.\n",
			want: tasklog.Line{Time: at, Component: tasklog.Sorter, Level: tasklog.Info, Text: "Reading from source is paused."}},
		{name: "one blank before the bracket", line: "2024-03-01T01:02:03 [SORTER ]I: x", want: tasklog.Line{Time: at, Component: tasklog.Sorter, Level: 'I', Text: "x"}},
		{name: "no such month", line: "2024-13-01T01:02:03 [SORTER ]I: x", bad: true},
		{name: "not a line", line: "2024/03/01 started", bad: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tasklog.Parse(tt.line)
			if (err != nil) != tt.bad {
				t.Fatalf("error %v", err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSeverities(t *testing.T) {
	var got []string
	log := tasklog.New(func(l tasklog.Line) { got = append(got, string(l.Component)+" "+string(l.Level)+" "+l.Text) },
		map[tasklog.Component]tasklog.Level{tasklog.TargetLoad: tasklog.Debug, tasklog.Sorter: tasklog.Error})
	say := func() {
		log.Printf(tasklog.TargetLoad, tasklog.Debug, "one\ntwo %d", 3)
		log.Printf(tasklog.TargetLoad, tasklog.Detail, "too deep")
		log.Printf(tasklog.Sorter, tasklog.Warning, "too light")
		log.Printf(tasklog.TaskManager, tasklog.Info, "default")
		log.Printf(tasklog.TaskManager, tasklog.Debug, "below the default")
	}
	say()
	log.SetSeverities(map[tasklog.Component]tasklog.Level{tasklog.Sorter: tasklog.Warning})
	say()
	want := []string{"TARGET_LOAD T one two 3", "TASK_MANAGER I default", "SORTER W too light", "TASK_MANAGER I default"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if level, known := tasklog.Severity("LOGGER_SEVERITY_DETAILED_DEBUG"); level != tasklog.Detail || !known {
		t.Errorf("Severity = %c, %v", level, known)
	}
	if _, known := tasklog.Severity("LOUD"); known {
		t.Error("LOUD is a severity")
	}
}

func TestNilLog(t *testing.T) {
	var log *tasklog.Log
	log.Printf(tasklog.TaskManager, tasklog.Error, "nobody hears")
	log.SetSeverities(nil)
	if log.Speaks(tasklog.TaskManager, tasklog.Error) {
		t.Error("a nil log speaks")
	}
}

func TestFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tasks", "task.log")
	line := tasklog.Line{Time: time.Date(2024, 3, 1, 1, 2, 3, 0, time.UTC), Component: tasklog.Sorter, Level: tasklog.Info, Text: "x"}
	for range 2 {
		f, err := tasklog.OpenFile(path)
		if err != nil {
			t.Fatal(err)
		}
		f.Write(line)
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil || string(text) != strings.Repeat(line.String()+"\n", 2) {
		t.Errorf("%q, %v", text, err)
	}
	if err := os.Truncate(path, 17<<20); err != nil {
		t.Fatal(err)
	}
	f, err := tasklog.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if info, err := os.Stat(path); err != nil || info.Size() != 0 {
		t.Errorf("the new file: %v, %v", info, err)
	}
}
