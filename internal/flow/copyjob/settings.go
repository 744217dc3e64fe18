package copyjob

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/ledger"
)

// Settings are what a job does that Redshift's does not. The zero value is Redshift's behaviour.
type Settings struct {
	LoadExisting  bool          // also files that are older than the job
	ReloadChanged bool          // a key again when its ETag or version is another
	Retries       *int          // how often a transient fault of the source is tried again; nil: for RetryTime
	Relist        time.Duration // how often the prefix is listed for files whose events were lost; 0: never
	Quarantine    string        // s3://bucket/prefix that bad files are moved to
	DedupeKey     []string      // columns of which the newest row stays
	Validate      string        // a query that must hold before a load commits
	Notify        string        // the topic that is told of failures
}

// reader reads the value of one setting.
type reader func(s *Settings, value string) (want string, ok bool)

// readers are the settings by name; want is what a value must be.
var readers = map[string]reader{
	"load_existing":  func(s *Settings, v string) (string, bool) { return flag(&s.LoadExisting, v) },
	"reload_changed": func(s *Settings, v string) (string, bool) { return flag(&s.ReloadChanged, v) },
	"retries":        (*Settings).readRetries,
	"relist":         (*Settings).readRelist,
	"quarantine":     (*Settings).readQuarantine,
	"dedupe_key":     (*Settings).readDedupeKey,
	"validate":       (*Settings).readValidate,
	"notify":         (*Settings).readNotify,
}

// SettingNames are the names of all settings, in order.
func SettingNames() []string {
	var all []string
	for name := range readers {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

// settingsOf reads settings as they are kept; the error names the setting.
func settingsOf(kept ledger.Settings) (Settings, error) {
	var s Settings
	for _, name := range SettingNames() {
		value, given := kept[name]
		if !given {
			continue
		}
		if want, ok := readers[name](&s, value); !ok {
			return Settings{}, &fault.Error{Kind: fault.Invalid, Code: "22023", On: name,
				Message: fmt.Sprintf("invalid value for COPY job setting %q: %q", name, value), Detail: "It must be " + want + "."}
		}
	}
	return s, nil
}

// changed are kept settings with some of them changed. Nothing is left out in silence: an error names what is not known.
func changed(kept ledger.Settings, changes []dialect.JobSetting) (ledger.Settings, Settings, error) {
	next := ledger.Settings{}
	for name, value := range kept {
		next[name] = value
	}
	for _, c := range changes {
		if readers[c.Name] == nil {
			return nil, Settings{}, &fault.Error{Kind: fault.Invalid, Code: "22023", On: c.Name, Position: c.Pos,
				Message: fmt.Sprintf("unrecognized COPY job setting %q", c.Name), Hint: "Settings are " + strings.Join(SettingNames(), ", ") + "."}
		}
		if c.Default {
			delete(next, c.Name)
			continue
		}
		next[c.Name] = c.Value
		if _, err := settingsOf(ledger.Settings{c.Name: c.Value}); err != nil {
			if f, ok := err.(*fault.Error); ok {
				f.Position = c.Pos
			}
			return nil, Settings{}, err
		}
	}
	s, err := settingsOf(next)
	return next, s, err
}

func flag(to *bool, v string) (string, bool) {
	switch strings.ToLower(v) {
	case "on", "true":
		*to = true
	case "off", "false":
		*to = false
	default:
		return "on or off", false
	}
	return "", true
}

// mostRetries keeps the pauses' sum below what people wait for: a thousand of 30 seconds are over eight hours.
const mostRetries = 1000

func (s *Settings) readRetries(v string) (string, bool) {
	n, err := strconv.Atoi(v)
	s.Retries = &n
	return fmt.Sprintf("a number from 0 to %d", mostRetries), err == nil && n >= 0 && n <= mostRetries
}

// units of intervals, in the singular.
var units = map[string]time.Duration{"second": time.Second, "minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}

func (s *Settings) readRelist(v string) (string, bool) {
	number, unit, _ := strings.Cut(strings.ToLower(strings.TrimSpace(v)), " ")
	n, err := strconv.Atoi(number)
	one := units[strings.TrimSuffix(strings.TrimSpace(unit), "s")]
	s.Relist = time.Duration(n) * one
	return "an interval from '1 second' to '7 days'", err == nil && one > 0 && n > 0 && n <= 7*24*3600 && s.Relist <= 7*24*time.Hour
}

func (s *Settings) readQuarantine(v string) (string, bool) {
	bucket, _ := place(v)
	s.Quarantine = v
	return "a prefix that ends in a slash: 's3://bucket/prefix/'", strings.HasPrefix(v, "s3://") && bucket != "" && strings.HasSuffix(v, "/")
}

func (s *Settings) readDedupeKey(v string) (string, bool) {
	for name := range strings.SplitSeq(v, ",") {
		name = strings.ToLower(strings.TrimSpace(name))
		if name == "" || slices.Contains(s.DedupeKey, name) {
			return "columns of the table, each once, with commas between them", false
		}
		s.DedupeKey = append(s.DedupeKey, name)
	}
	return "", true
}

func (s *Settings) readValidate(v string) (string, bool) {
	parsed, err := dialect.Parse(v)
	_, isQuery := parsed.(*dialect.Query)
	s.Validate = v
	return "one SELECT", err == nil && isQuery
}

func (s *Settings) readNotify(v string) (string, bool) {
	a, err := arn.Parse(v)
	s.Notify = v
	return "the ARN of an SNS topic: 'arn:aws:sns:REGION:ACCOUNT:NAME'", err == nil && a.Service == "sns" && a.Resource != ""
}
