package replication

import (
	"cmp"
	"slices"
)

// All are the tasks and serverless replications of every account as they are now, for the
// node's own pages: nobody is asked, and nobody counts as having seen them run.
func (s *Store) All() []Task {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.tasks.where(func(*Task) bool { return true })
	for i := range all {
		if r := s.runs[all[i].ARN]; r != nil && r.running != nil {
			all[i].Figures, all[i].Tables = r.running.Figures(), r.running.Tables()
		}
	}
	slices.SortFunc(all, func(a, b Task) int { return cmp.Compare(a.ARN, b.ARN) })
	return all
}
