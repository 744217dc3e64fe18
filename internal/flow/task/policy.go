package task

import (
	"github.com/inlet-data/inlet/internal/flow/apply"
	"github.com/inlet-data/inlet/internal/flow/task/settings"
)

// policies are what the settings do with changes that cannot be applied.
func policies(e *settings.ErrorBehavior) apply.Policies {
	p := apply.Policies{
		Data: gravest(policy(e.DataErrorPolicy), policy(e.ApplyErrorInsertPolicy)), Truncation: policy(e.DataTruncationErrorPolicy),
		Update: policy(e.ApplyErrorUpdatePolicy), Delete: policy(e.ApplyErrorDeletePolicy), Table: policy(e.TableErrorPolicy),
		Most: int64(e.DataErrorEscalationCount), Escalate: policy(e.DataErrorEscalationPolicy),
	}
	if n := int64(e.ApplyErrorEscalationCount); n > 0 && (p.Most == 0 || n < p.Most) {
		p.Most, p.Escalate = n, policy(e.ApplyErrorEscalationPolicy)
	}
	return p
}

// gravest is the stricter of two: what a setting stops another must not let pass.
func gravest(a, b apply.Policy) apply.Policy { return max(a, b) }

func policy(word string) apply.Policy {
	switch word {
	case "IGNORE_RECORD":
		return apply.IgnoreRecord
	case "SUSPEND_TABLE":
		return apply.SuspendTable
	case "STOP_TASK":
		return apply.StopTask
	}
	return apply.LogError // INSERT_RECORD and UPDATE_RECORD, too: what is there is replaced, what is missing is made.
}
