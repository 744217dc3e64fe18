package session

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// defaults are the run-time parameters of a session.
// Source: Redshift Database Developer Guide, "Configuration reference".
var defaults = map[string]string{
	"application_name": "", "client_encoding": "UTF8", "client_min_messages": "notice", "datestyle": "ISO, MDY",
	"describe_field_name_in_uppercase": "off", "downcase_delimited_identifier": "on",
	"enable_case_sensitive_identifier": "off", "enable_case_sensitive_super_attribute": "off", "enable_numeric_rounding": "on",
	"enable_result_cache_for_session": "on", "enable_vacuum_boost": "off", "error_on_nondeterministic_update": "off",
	"extra_float_digits": "0", "intervalstyle": "postgres", "json_serialization_enable": "off",
	"json_serialization_parse_nested_strings": "off", "max_concurrency_scaling_clusters": "1",
	"mv_enable_aqmv_for_session": "on", "navigate_super_null_on_error": "on", "parse_super_null_on_error": "off",
	"cast_super_null_on_error": "on", "query_group": "default", "readonly": "0", "search_path": "$user, public",
	"spectrum_query_maxerror": "-1", "statement_timeout": "0", "timezone": "UTC", "use_fips_ssl": "off",
	"wlm_query_slot_count": "1",
}

// fixed are the parameters that no client can change.
var fixed = map[string]string{
	"integer_datetimes": "on", "max_identifier_length": "127", "server_encoding": "UNICODE", "server_version": "8.0.2",
	"transaction_isolation": "serializable", "transaction_read_only": "off",
}

// reported are the parameters clients are told of.
var reported = []string{"application_name", "client_encoding", "datestyle", "extra_float_digits", "is_superuser", "session_authorization", "timezone"}

// reportName writes a parameter as clients expect it.
func reportName(name string) string {
	switch name {
	case "datestyle":
		return "DateStyle"
	case "timezone":
		return "TimeZone"
	}
	return name
}

// settings are the run-time parameters of one session.
type settings struct {
	values  map[string]string
	fixed   map[string]string
	started map[string]string // what RESET goes back to
	before  map[string]string // values at the start of the transaction, of what changed in it
	local   map[string]string // values that SET LOCAL hides until the transaction ends
}

func newSettings(u warehouse.User) *settings {
	s := &settings{values: maps.Clone(defaults), fixed: maps.Clone(fixed), before: map[string]string{}, local: map[string]string{}}
	s.fixed["is_superuser"] = onOff(u.Superuser)
	s.fixed["session_authorization"] = u.Name
	s.started = maps.Clone(defaults)
	return s
}

func onOff(b bool) string {
	if b {
		return "on"
	}
	return "off"
}

func (s *settings) known(name string) bool {
	_, ok := s.values[strings.ToLower(name)]
	return ok
}

func (s *settings) get(name string) string {
	if v, ok := s.fixed[name]; ok {
		return v
	}
	return s.values[name]
}

func (s *settings) put(name, value string) { s.values[name] = value }

// set changes a value; a transaction that is rolled back takes it back.
func (s *settings) set(name, value string, local bool) {
	old := s.values[name]
	if _, ok := s.before[name]; !ok {
		s.before[name] = old
	}
	if _, ok := s.local[name]; !ok && local {
		s.local[name] = old
	} else if !local {
		delete(s.local, name)
	}
	s.values[name] = value
}

// commit ends a transaction.
func (s *settings) commit(ok bool) {
	if ok {
		maps.Copy(s.values, s.local)
	} else {
		maps.Copy(s.values, s.before)
	}
	clear(s.before)
	clear(s.local)
}

// list is all parameters by name.
func (s *settings) list() [][]string {
	all := maps.Clone(s.values)
	maps.Copy(all, s.fixed)
	var lines [][]string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		lines = append(lines, []string{name, all[name]})
	}
	return lines
}

func unknownParameter(name string) error {
	return &fault.Error{Kind: fault.NotFound, Code: "42704", On: name, Message: fmt.Sprintf("unrecognized configuration parameter %q", name)}
}

func badParameter(name, value string) error {
	return &fault.Error{Kind: fault.Invalid, Code: "22023", On: name, Message: fmt.Sprintf("invalid value for parameter %q: %q", name, value)}
}

// setting runs SET, RESET, SHOW and what belongs to them.
func (s *Session) setting(ctx context.Context, parsed dialect.Statement) (*Result, error) {
	switch x := parsed.(type) {
	case *dialect.Set:
		return &Result{Tag: "SET"}, s.set(ctx, x)
	case *dialect.Reset:
		return &Result{Tag: "RESET"}, s.reset(ctx, x.Name)
	case *dialect.Show:
		if x.What == "template" {
			return s.showTemplate(ctx, x)
		}
		return s.show(x)
	case *dialect.Use:
		if x.Database != s.manager.cfg.Database.Name {
			return nil, &fault.Error{Kind: fault.NotFound, Code: "3D000", On: x.Database, Message: fmt.Sprintf("database %q does not exist", x.Database)}
		}
		return &Result{Tag: "USE"}, nil
	}
	return nil, unsupported(parsed)
}

func (s *Session) set(ctx context.Context, x *dialect.Set) error {
	switch {
	case x.Name == "session authorization":
		if x.Default || x.Value == s.user.Name {
			return nil
		}
		return &fault.Error{Kind: fault.Unsupported, Code: "0A000", Message: "SET SESSION AUTHORIZATION to another user is not supported here"}
	case x.Modes != nil:
		s.tx.read = x.Modes.ReadOnly && x.Name == "transaction"
		return nil
	case x.Default:
		return s.reset(ctx, x.Name)
	}
	if x.Local && !s.tx.block {
		s.notice("WARNING", "25P01", "SET LOCAL can only be used in transaction blocks")
		return nil
	}
	return s.change(x.Name, x.Value, x.Local)
}

// setParameter applies a parameter of the startup message, to which RESET goes back.
func (s *Session) setParameter(_ context.Context, name, value string) error {
	name = strings.ToLower(name)
	v, err := validSetting(name, value)
	if err != nil {
		return err
	}
	s.settings.put(name, v)
	s.settings.started[name] = v
	return nil
}

func (s *Session) change(name, value string, local bool) error {
	if _, ok := s.settings.fixed[name]; ok {
		return &fault.Error{Kind: fault.Invalid, Code: "55P02", On: name, Message: fmt.Sprintf("parameter %q cannot be changed", name)}
	}
	if !s.settings.known(name) {
		return unknownParameter(name)
	}
	v, err := validSetting(name, value)
	if err != nil {
		return err
	}
	s.settings.set(name, v, local)
	if !s.tx.block && !s.client.InTransaction() {
		s.settings.commit(true)
	}
	if slices.Contains(reported, name) {
		s.opt.SettingChanged(Setting{Name: reportName(name), Value: v})
	}
	return nil
}

// validSetting checks a value and writes it as SHOW prints it.
func validSetting(name, value string) (string, error) {
	switch d := defaults[name]; {
	case d == "on" || d == "off":
		switch strings.ToLower(value) {
		case "on", "true", "t", "yes", "1":
			return "on", nil
		case "off", "false", "f", "no", "0":
			return "off", nil
		}
		return "", badParameter(name, value)
	case name == "statement_timeout" || name == "extra_float_digits" || name == "wlm_query_slot_count":
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 && name != "extra_float_digits" || n < -15 || n > 3 && name == "extra_float_digits" {
			return "", badParameter(name, value)
		}
		return strconv.Itoa(n), nil
	case name == "timezone":
		return validZone(value)
	case name == "datestyle":
		return validDateStyle(value)
	case name == "client_encoding":
		switch strings.ToLower(strings.ReplaceAll(value, "-", "")) {
		case "utf8", "unicode":
			return "UTF8", nil
		}
		return "", badParameter(name, value)
	}
	return value, nil
}

func validZone(value string) (string, error) {
	if strings.EqualFold(value, "utc") || strings.EqualFold(value, "gmt") {
		return strings.ToUpper(value), nil
	}
	if _, err := time.LoadLocation(value); err != nil || strings.EqualFold(value, "local") || value == "" {
		return "", badParameter("timezone", value)
	}
	return value, nil
}

// validDateStyle takes ISO with any order of the parts; values are only written so.
func validDateStyle(value string) (string, error) {
	order := "MDY"
	for word := range strings.SplitSeq(strings.ToUpper(value), ",") {
		switch word = strings.TrimSpace(word); word {
		case "ISO":
		case "MDY", "DMY", "YMD":
			order = word
		default:
			return "", badParameter("datestyle", value)
		}
	}
	return "ISO, " + order, nil
}

func (s *Session) reset(_ context.Context, name string) error {
	if name == "session authorization" {
		return nil
	}
	if name == "all" {
		for _, name := range slices.Sorted(maps.Keys(s.settings.values)) {
			if s.settings.get(name) != s.settings.started[name] {
				if err := s.change(name, s.settings.started[name], false); err != nil {
					return err
				}
			}
		}
		return nil
	}
	if !s.settings.known(name) {
		return unknownParameter(name)
	}
	return s.change(name, s.settings.started[name], false)
}
