package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// ticks are the kernel's units of a process's time in a second.
const ticks = 100

// cpu is the processors' time that a process and its children used so far.
func cpu(pid int) (time.Duration, error) {
	all := append(children(pid), pid)
	var sum time.Duration
	for _, p := range all {
		fields, err := stat(p)
		if err != nil {
			continue // A child may have ended since it was listed.
		}
		for _, f := range fields[11:13] { // utime, stime
			n, err := strconv.ParseInt(f, 10, 64)
			if err != nil {
				return 0, fmt.Errorf("read the time of process %d: %w", p, err)
			}
			sum += time.Duration(n) * time.Second / ticks
		}
	}
	return sum, nil
}

// stat are the fields of /proc/PID/stat that follow the command's name.
func stat(pid int) ([]string, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil, err
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return nil, fmt.Errorf("process %d has a short stat", pid)
	}
	return fields, nil
}

func children(parent int) []int {
	paths, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil // The pattern is right.
	}
	var all []int
	for _, path := range paths {
		pid, err := strconv.Atoi(strings.Split(path, "/")[2])
		if err != nil {
			continue
		}
		if fields, err := stat(pid); err == nil && fields[1] == strconv.Itoa(parent) {
			all = append(all, pid)
		}
	}
	return all
}

// peak is the largest resident memory a process ever had, in bytes.
func peak(pid int) int64 { return status(pid, "VmHWM:") }

// status is a field of /proc/PID/status, in bytes; 0 when the process has ended.
func status(pid int, field string) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, field); ok {
			kb, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return kb << 10
		}
	}
	return 0
}

// own watches the memory that a process has for itself, which VmHWM shows together with
// the pages of mapped files, and which the kernel cannot take back as it can those.
type own struct {
	stop chan struct{}
	most chan int64
}

func watchOwn(pid int) *own {
	o := &own{make(chan struct{}), make(chan int64)}
	go func() {
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		var most int64
		for {
			most = max(most, status(pid, "RssAnon:"))
			select {
			case <-tick.C:
			case <-o.stop:
				o.most <- most
				return
			}
		}
	}()
	return o
}

// end is the largest it had while it was watched, in bytes.
func (o *own) end() int64 {
	close(o.stop)
	return <-o.most
}
