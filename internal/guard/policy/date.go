package policy

import (
	"strconv"
	"strings"
	"time"
)

// dateLayouts are the W3C forms, in upper case. A missing zone means UTC.
var dateLayouts = []string{
	"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00", "2006-01-02T15:04",
	"2006-01-02T15:04:05Z07", "2006-01-02T15:04:05-0700", "2006-01-02T15Z07:00", "2006-01-02", "2006-01", "2006-01-02T", "2006-01T",
}

// parseDate reads an instant: an ISO 8601 date or date-time, or seconds since
// 1970. Four digits are a year, for 1970 has no use in a policy.
func parseDate(s string) (time.Time, bool) {
	if len(s) == 4 && allDigits(s) {
		t, err := time.Parse("2006", s)
		return t, err == nil
	}
	if seconds, err := strconv.ParseInt(s, 10, 64); err == nil {
		return time.Unix(seconds, 0).UTC(), true
	}
	if seconds, ok := fractionalSeconds(s); ok {
		return seconds, true
	}
	upper := strings.ToUpper(s)
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, upper); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func fractionalSeconds(s string) (time.Time, bool) {
	whole, fraction, ok := strings.Cut(s, ".")
	if !ok || whole == "" || fraction == "" || !allDigits(whole) || !allDigits(fraction) {
		return time.Time{}, false
	}
	seconds, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	nanos, _ := strconv.ParseInt((fraction + "000000000")[:9], 10, 64)
	return time.Unix(seconds, nanos).UTC(), true
}

// savableDate reports whether IAM takes s under a Date operator. It is looser
// than parseDate: what it lets pass may still match nothing.
func savableDate(s string) bool {
	s = strings.ToLower(s)
	if !strings.ContainsAny(s, "t-") {
		_, err := strconv.ParseInt(s, 10, 64)
		return err == nil
	}
	day, clock, _ := strings.Cut(s, "t")
	return savableDay(day) && savableClock(clock)
}

func savableDay(s string) bool {
	negative := strings.HasPrefix(s, "-")
	parts := strings.Split(strings.TrimPrefix(s, "-"), "-")
	if len(parts) > 3 {
		return false
	}
	year, err := strconv.Atoi(parts[0])
	if err != nil || year > 292278993 || negative && year > 292275054 {
		return false
	}
	return (len(parts) < 2 || within(parts[1], 1, 12)) && (len(parts) < 3 || within(parts[2], 1, 31))
}

func savableClock(s string) bool {
	if s == "" {
		return true
	}
	parts := strings.SplitN(s, ":", 3)
	if !within(parts[0], 0, 23) || len(parts) > 1 && !within(strings.TrimSuffix(parts[1], "z"), 0, 59) {
		return false
	}
	return len(parts) < 3 || savableSeconds(parts[2])
}

func savableSeconds(s string) bool {
	seconds, zone, zoned := strings.Cut(s, "+")
	if !zoned {
		seconds, zone, zoned = strings.Cut(s, "-")
	}
	if zoned && !savableZone(zone) {
		return false
	}
	if strings.HasSuffix(seconds, "z") && zoned {
		return false
	}
	seconds, fraction, _ := strings.Cut(strings.TrimSuffix(seconds, "z"), ".")
	return within(seconds, 0, 59) && len(fraction) <= 9 && allDigits(fraction)
}

func savableZone(s string) bool {
	hours, minutes, cut := strings.Cut(s, ":")
	return len(hours) == 2 && within(hours, 0, 23) && (!cut || len(minutes) == 2 && within(minutes, 0, 59))
}

func within(s string, low, high int) bool {
	n, err := strconv.Atoi(s)
	return err == nil && low <= n && n <= high
}
