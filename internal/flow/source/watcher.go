package source

// Watcher is a sink that hears of the connection to the log, too. Changes goes on by itself;
// a sink that has waited enough ends its context.
type Watcher interface {
	Lost(err error) // Each time the log cannot be read, before the next attempt.
	Found()         // The log is being read.
}

// Lost is whom to tell that the log cannot be read; nil when the sink does not listen.
func Lost(sink Sink) func(error) {
	if w, ok := sink.(Watcher); ok {
		return w.Lost
	}
	return nil
}

// Found tells a sink that listens that the log is being read.
func Found(sink Sink) {
	if w, ok := sink.(Watcher); ok {
		w.Found()
	}
}
