package arrival

import (
	"slices"
	"strconv"
	"strings"

	"github.com/inlet-data/inlet/internal/arn"
)

// Page asks for a part of a list.
type Page struct {
	Max    int    // 20 to 100; 0 means 100
	Marker string // of the page before
}

const (
	smallestPage = 20
	largestPage  = 100
)

// cut takes one page out of a list and returns the marker of the next, "" when there is none.
func (p Page) cut(all []Integration) ([]Integration, string, error) {
	if p.Max == 0 {
		p.Max = largestPage
	}
	if p.Max < smallestPage || p.Max > largestPage {
		return nil, "", invalid("The value " + strconv.Itoa(p.Max) + " for MaxRecords is not valid: it must be from 20 to 100.")
	}
	if p.Marker != "" {
		if _, err := arn.Parse(p.Marker); err != nil {
			return nil, "", invalid("The value of Marker is not valid.")
		}
	}
	slices.SortFunc(all, func(a, b Integration) int { return strings.Compare(a.ARN, b.ARN) })
	from := slices.IndexFunc(all, func(i Integration) bool { return i.ARN > p.Marker })
	if from < 0 {
		return nil, "", nil
	}
	if all = all[from:]; len(all) <= p.Max {
		return all, "", nil
	}
	return all[:p.Max], all[p.Max-1].ARN, nil
}
