package task

import "os"

// Spooled is how many bytes captured changes take on disk, also while the task does not run.
func (t *Task) Spooled() int64 {
	files, err := os.ReadDir(t.spoolDir())
	if err != nil {
		return 0 // There is none.
	}
	var bytes int64
	for _, f := range files {
		if info, err := f.Info(); err == nil { // Else it went meanwhile.
			bytes += info.Size()
		}
	}
	return bytes
}
