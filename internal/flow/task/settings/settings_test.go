package settings_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/task/settings"
)

func parse(t testing.TB, document string) *settings.Settings {
	t.Helper()
	s, err := settings.Parse([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestDefault holds the expanded form of nothing against a file, which is reviewed.
func TestDefault(t *testing.T) {
	var got strings.Builder
	e := json.NewEncoder(&got)
	e.SetIndent("", "  ")
	if err := e.Encode(json.RawMessage(parse(t, "{}").JSON())); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/default.json")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Error(diff)
	}
	none, err := settings.Parse(nil)
	if err != nil || string(none.JSON()) != string(settings.Default().JSON()) {
		t.Errorf("no document is not the default: %v", err)
	}
}

func TestRoundTrip(t *testing.T) {
	example, err := os.ReadFile("testdata/example.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, document := range []string{"{}", string(example), `{"TTSettings":{"TTS3Settings":{"EncryptionMode":"SSE_KMS"},"TTRecordSettings":{}},"CharacterSetSettings":{},"BeforeImageSettings":{}}`} {
		first := parse(t, document)
		again := parse(t, string(first.JSON()))
		if diff := cmp.Diff(string(first.JSON()), string(again.JSON())); diff != "" {
			t.Error(diff)
		}
	}
}

func TestPartial(t *testing.T) {
	s := parse(t, `{"TargetMetadata":{"LobMaxSize":63,"targetschema":"ods"},"FullLoadSettings":{"FullLoadEnabled":true,"ResumeMinTableSize":1},
		"ControlTablesSettings":{"historyTimeslotInMinutes":7,"HistoryTimeslotInMinutes":7},"Logging":null,"TTSettings":null,"PostProcessingRules":null,
		"ErrorBehavior":{"DataErrorPolicy":null}}`)
	for name, ok := range map[string]bool{
		"given value":               s.TargetMetadata.LobMaxSize == 63,
		"case of a key":             s.TargetMetadata.TargetSchema == "ods",
		"default beside it":         s.TargetMetadata.SupportLobs && s.FullLoadSettings.MaxFullLoadSubTasks == 8,
		"key in both spellings":     s.ControlTablesSettings.HistoryTimeslotInMinutes == 7,
		"null group":                len(s.Logging.LogComponents) > 10,
		"null policy":               s.ErrorBehavior.DataErrorPolicy == settings.LogError,
		"what was given":            s.Given("TargetMetadata.LobMaxSize") && s.Given("TargetMetadata.TargetSchema") && !s.Given("TargetMetadata.SupportLobs"),
		"defaults are not given":    !settings.Default().Given("TargetMetadata.LobMaxSize"),
		"legacy keys mean nothing":  !strings.Contains(string(s.JSON()), "FullLoadEnabled"),
		"one spelling is given out": strings.Count(strings.ToLower(string(s.JSON())), "historytimeslot") == 1,
	} {
		if !ok {
			t.Errorf("%s is wrong", name)
		}
	}
}

func TestErrors(t *testing.T) {
	tests := []struct{ document, want string }{
		{``, "the document ends too early at line 1 column 1"},
		{`{"A":`, "the document ends too early at line 1 column 6"},
		{"{\n,}", "invalid character ',' at line 2 column 1"},
		{`{} {}`, "more text follows the document"},
		{`[]`, "$ a list, not an object"},
		{`"x"`, `$ the string "x", not an object`},
		{`{"Colour":{}}`, "$.Colour is not a setting; known are TargetMetadata, FullLoadSettings, TTSettings"},
		{`{"TargetMetadata":{"MaxFullLoadSubTasks":1}}`, "$.TargetMetadata.MaxFullLoadSubTasks is not a setting; MaxFullLoadSubTasks belongs into FullLoadSettings"},
		{`{"FullLoadSettings":{"Rows":1}}`, "$.FullLoadSettings.Rows is not a setting; known are TargetTablePrepMode"},
		{`{"TargetMetadata":5}`, "$.TargetMetadata 5, not an object"},
		{`{"FullLoadSettings":{"MaxFullLoadSubTasks":50}}`, "$.FullLoadSettings.MaxFullLoadSubTasks 50 is out of range; allowed is 1 to 49"},
		{`{"FullLoadSettings":{"MaxFullLoadSubTasks":0}}`, "$.FullLoadSettings.MaxFullLoadSubTasks 0 is out of range; allowed is 1 to 49"},
		{`{"FullLoadSettings":{"CommitRate":50001}}`, "$.FullLoadSettings.CommitRate 50001 is out of range; allowed is 1 to 50000"},
		{`{"FullLoadSettings":{"CommitRate":"10"}}`, `$.FullLoadSettings.CommitRate the string "10", not a number`},
		{`{"FullLoadSettings":{"CommitRate":1.5}}`, "$.FullLoadSettings.CommitRate 1.5 is not a whole number; allowed is 1 to 50000"},
		{`{"FullLoadSettings":{"CommitRate":99999999999999999999}}`, "$.FullLoadSettings.CommitRate 99999999999999999999 is not a whole number; allowed is 1 to 50000"},
		{`{"FullLoadSettings":{"CommitRate":null}}`, "$.FullLoadSettings.CommitRate null, not a number"},
		{`{"FullLoadSettings":{"CommitRate":1,"CommitRate":2}}`, "$.FullLoadSettings.CommitRate is there twice"},
		{`{"FullLoadSettings":{"TargetTablePrepMode":"DROP"}}`, `$.FullLoadSettings.TargetTablePrepMode "DROP" is not allowed; it may be DO_NOTHING, TRUNCATE_BEFORE_LOAD, DROP_AND_CREATE`},
		{`{"FullLoadSettings":{"TargetTablePrepMode":"do_nothing"}}`, `$.FullLoadSettings.TargetTablePrepMode "do_nothing" is not allowed`},
		{`{"TargetMetadata":{"SupportLobs":"true"}}`, `$.TargetMetadata.SupportLobs the string "true", not true or false`},
		{`{"TargetMetadata":{"TargetSchema":1}}`, "$.TargetMetadata.TargetSchema 1, not a string"},
		{`{"TargetMetadata":{"LobMaxSize":102401}}`, "$.TargetMetadata.LobMaxSize 102401 is out of range; allowed is 0 to 102400"},
		{`{"TargetMetadata":{"ParallelApplyThreads":33}}`, "$.TargetMetadata.ParallelApplyThreads 33 is out of range; allowed is 0 to 32"},
		{`{"TargetMetadata":{"ParallelLoadBufferSize":1001}}`, "$.TargetMetadata.ParallelLoadBufferSize 1001 is out of range; allowed is 0 to 1000"},
		{`{"TargetMetadata":{"FullLobMode":true}}`, "$.TargetMetadata.FullLobMode is not there for Redshift; use LimitedSizeLobMode with LobMaxSize"},
		{`{"TargetMetadata":{"InlineLobMaxSize":16}}`, "$.TargetMetadata.InlineLobMaxSize needs FullLobMode, which is not there for Redshift; allowed is 0"},
		{`{"ErrorBehavior":{"RecoverableErrorCount":-2}}`, "$.ErrorBehavior.RecoverableErrorCount -2 is out of range; allowed is -1 to 2147483647"},
		{`{"ErrorBehavior":{"DataErrorPolicy":"INSERT_RECORD"}}`, `$.ErrorBehavior.DataErrorPolicy "INSERT_RECORD" is not allowed; it may be IGNORE_RECORD, LOG_ERROR, SUSPEND_TABLE, STOP_TASK`},
		{`{"ErrorBehavior":{"TableErrorEscalationPolicy":"SUSPEND_TABLE"}}`, `$.ErrorBehavior.TableErrorEscalationPolicy "SUSPEND_TABLE" is not allowed; it may be STOP_TASK`},
		{`{"ChangeProcessingTuning":{"BatchApplyTimeoutMin":40}}`, "$.ChangeProcessingTuning.BatchApplyTimeoutMin is greater than BatchApplyTimeoutMax"},
		{`{"ChangeProcessingTuning":{"StatementCacheSize":201}}`, "$.ChangeProcessingTuning.StatementCacheSize 201 is out of range; allowed is 0 to 200"},
		{`{"StreamBufferSettings":{"CtrlStreamBufferSizeInMB":9}}`, "$.StreamBufferSettings.CtrlStreamBufferSizeInMB 9 is out of range; allowed is 1 to 8"},
		{`{"Logging":{"EnableLogContext":true}}`, "$.Logging.EnableLogContext needs EnableLogging"},
		{`{"Logging":{"LogComponents":{}}}`, "$.Logging.LogComponents an object, not a list"},
		{`{"Logging":{"LogComponents":[{"Id":"SORTER"},{"Id":"MIXER"}]}}`, `$.Logging.LogComponents[1].Id "MIXER" is not allowed; it may be DATA_STRUCTURE`},
		{`{"Logging":{"LogComponents":[{"Id":"SORTER","Severity":"LOUD"}]}}`, `$.Logging.LogComponents[0].Severity "LOUD" is not allowed; it may be LOGGER_SEVERITY_ERROR`},
		{`{"Logging":{"LogComponents":[{"Severity":"LOGGER_SEVERITY_INFO"}]}}`, `$.Logging.LogComponents[0].Id is missing`},
		{`{"ValidationSettings":{"EnableValidation":true,"ValidationOnly":true},"FullLoadSettings":{"TargetTablePrepMode":"DROP_AND_CREATE"}}`, "$.ValidationSettings.ValidationOnly needs TargetTablePrepMode DO_NOTHING"},
		{`{"ValidationSettings":{"ValidationOnly":true}}`, "$.ValidationSettings.ValidationOnly needs EnableValidation"},
		{`{"TTSettings":{"EnableTT":true}}`, "$.TTSettings.EnableTT is not there for Redshift"},
		{`{"TTSettings":{"TTS3Settings":{"EncryptionMode":"aes"}}}`, `$.TTSettings.TTS3Settings.EncryptionMode "aes" is not allowed; it may be sse-s3, sse-kms`},
		{`{"BeforeImageSettings":{"EnableBeforeImage":true}}`, "$.BeforeImageSettings.EnableBeforeImage is for streaming targets; use a mapping rule with add-before-image-columns"},
		{`{"BeforeImageSettings":{"ColumnFilter":"some"}}`, `$.BeforeImageSettings.ColumnFilter "some" is not allowed; it may be pk-only, non-lob, all`},
		{`{"CharacterSetSettings":{"CharacterReplacements":[{"SourceCharacterCodePoint":1114112}]}}`, "$.CharacterSetSettings.CharacterReplacements[0].SourceCharacterCodePoint 1114112 is out of range; allowed is 0 to 1114111"},
		{`{"CharacterSetSettings":{"CharacterSetSupport":{"CharacterSet":"KLINGON"}}}`, `$.CharacterSetSettings.CharacterSetSupport.CharacterSet "KLINGON" is no known character set`},
		{`{"PostProcessingRules":{}}`, "$.PostProcessingRules is not known of targets that are Redshift; leave it out or null"},
		{`{"LoopbackPreventionSettings":{"EnableLoopbackPrevention":true}}`, "$.LoopbackPreventionSettings.EnableLoopbackPrevention is not there for Redshift"},
		{`{"ResyncSettings":{"EnableResync":true}}`, "$.ResyncSettings.EnableResync is not there for Redshift"},
		{strings.Repeat(`{"A":`, 100), "too deep"},
	}
	for _, tt := range tests {
		_, err := settings.Parse([]byte(tt.document))
		if err == nil || !strings.HasPrefix(err.Error(), "Invalid task settings JSON: "+tt.want) {
			t.Errorf("%.80s\ngot  %v\nwant %s", tt.document, err, tt.want)
		}
		if fault.CodeOf(err) != "InvalidParameterValueException" || fault.KindOf(err) != fault.Invalid {
			t.Errorf("%.80s: code %q", tt.document, fault.CodeOf(err))
		}
	}
}

// TestTrap27ReadOnlyNames: what is given out has the names of logs, and is taken again without them.
func TestTrap27ReadOnlyNames(t *testing.T) {
	s := parse(t, `{"Logging":{"EnableLogging":true}}`)
	group, stream := "dms-tasks-instance", "dms-task-X"
	s.Logging.CloudWatchLogGroup, s.Logging.CloudWatchLogStream = &group, &stream
	_, err := settings.Parse(s.JSON())
	if err == nil || err.Error() != "Task Settings CloudWatchLogGroup or CloudWatchLogStream cannot be set on create" || fault.CodeOf(err) != "InvalidParameterValueException" {
		t.Errorf("got %v", err)
	}
	var document map[string]any
	if err := json.Unmarshal(s.JSON(), &document); err != nil {
		t.Fatal(err)
	}
	if logging, ok := document["Logging"].(map[string]any); ok {
		delete(logging, "CloudWatchLogGroup")
		delete(logging, "CloudWatchLogStream")
	}
	text, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	if again := parse(t, string(text)); !again.Logging.EnableLogging {
		t.Error("the settings are others")
	}
}

// TestRanges tries both ends of every range that the types declare, and what is beyond.
func TestRanges(t *testing.T) {
	for _, tt := range []struct {
		key       string
		low, high int
	}{
		{"TargetMetadata.LobMaxSize", 0, 102400}, {"TargetMetadata.LoadMaxFileSize", 0, 100000}, {"TargetMetadata.ParallelLoadThreads", 0, 32},
		{"TargetMetadata.ParallelApplyBufferSize", 0, 1000}, {"FullLoadSettings.MaxFullLoadSubTasks", 1, 49}, {"FullLoadSettings.CommitRate", 1, 50000},
		{"StreamBufferSettings.CtrlStreamBufferSizeInMB", 1, 8}, {"ChangeProcessingTuning.StatementCacheSize", 0, 200}, {"ControlTablesSettings.HistoryTimeslotInMinutes", 1, 1440},
	} {
		group, key, _ := strings.Cut(tt.key, ".")
		for n, ok := range map[int]bool{tt.low - 1: false, tt.low: true, tt.high: true, tt.high + 1: false} {
			_, err := settings.Parse(fmt.Appendf(nil, `{%q:{%q:%d}}`, group, key, n))
			if (err == nil) != ok {
				t.Errorf("%s %d: %v", tt.key, n, err)
			}
		}
	}
}

func FuzzSettings(f *testing.F) {
	f.Add(string(settings.Default().JSON()))
	f.Add(`{"Logging":{"LogComponents":[{"Id":"SORTER","Severity":"LOGGER_SEVERITY_DEBUG"}]},"TTSettings":{"TTS3Settings":{"EncryptionMode":"SSE_S3"}}}`)
	f.Add(`{"ControlTablesSettings":{"historyTimeslotInMinutes":5,"HistoryTimeslotInMinutes":6}}`)
	f.Fuzz(func(t *testing.T, document string) {
		s, err := settings.Parse([]byte(document))
		if err != nil {
			return
		}
		again, err := settings.Parse(s.JSON())
		if err != nil {
			t.Fatalf("%s: %v", s.JSON(), err)
		}
		if diff := cmp.Diff(string(s.JSON()), string(again.JSON())); diff != "" {
			t.Error(diff)
		}
	})
}
