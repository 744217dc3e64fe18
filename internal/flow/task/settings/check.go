package settings

import (
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/mapping/charset"
)

// CloudWatchNames is AWS's answer to settings with the names of logs, which it gives out and never takes.
const CloudWatchNames = "Task Settings CloudWatchLogGroup or CloudWatchLogStream cannot be set on create"

// check looks at what single values cannot tell, and refuses what Redshift targets do not have.
func (s *Settings) check() error {
	if s.Logging.CloudWatchLogGroup != nil || s.Logging.CloudWatchLogStream != nil {
		return &fault.Error{Kind: fault.Invalid, Code: "InvalidParameterValueException", Message: CloudWatchNames,
			Hint: "take both keys out of $.Logging"}
	}
	for _, rule := range []struct {
		broken    bool
		path, why string
	}{
		{s.TargetMetadata.FullLobMode, "$.TargetMetadata.FullLobMode", "is not there for Redshift; use LimitedSizeLobMode with LobMaxSize"},
		{s.TargetMetadata.InlineLobMaxSize > 0, "$.TargetMetadata.InlineLobMaxSize", "needs FullLobMode, which is not there for Redshift; allowed is 0"},
		{s.Logging.EnableLogContext && !s.Logging.EnableLogging, "$.Logging.EnableLogContext", "needs EnableLogging"},
		{s.ChangeProcessingTuning.BatchApplyTimeoutMin > s.ChangeProcessingTuning.BatchApplyTimeoutMax, "$.ChangeProcessingTuning.BatchApplyTimeoutMin", "is greater than BatchApplyTimeoutMax"},
		{s.ValidationSettings.ValidationOnly && s.FullLoadSettings.TargetTablePrepMode != DoNothing, "$.ValidationSettings.ValidationOnly", "needs TargetTablePrepMode DO_NOTHING"},
		{s.ValidationSettings.ValidationOnly && !s.ValidationSettings.EnableValidation, "$.ValidationSettings.ValidationOnly", "needs EnableValidation"},
		{s.TTSettings != nil && s.TTSettings.EnableTT, "$.TTSettings.EnableTT", "is not there for Redshift"},
		{s.ResyncSettings != nil && s.ResyncSettings.EnableResync, "$.ResyncSettings.EnableResync", "is not there for Redshift"},
		{s.BeforeImageSettings != nil && s.BeforeImageSettings.EnableBeforeImage, "$.BeforeImageSettings.EnableBeforeImage", "is for streaming targets; use a mapping rule with add-before-image-columns"},
		{s.LoopbackPreventionSettings != nil && s.LoopbackPreventionSettings.EnableLoopbackPrevention, "$.LoopbackPreventionSettings.EnableLoopbackPrevention", "is not there for Redshift"},
	} {
		if rule.broken {
			return wrong(rule.path, "%s", rule.why)
		}
	}
	return s.characters()
}

// characters refuses a character set that nobody knows.
func (s *Settings) characters() error {
	if _, err := s.Characters(); err != nil {
		return wrong("$.CharacterSetSettings.CharacterSetSupport.CharacterSet", "%s", err)
	}
	return nil
}

// Characters are the replacements of CharacterSetSettings; nil when there are none.
func (s *Settings) Characters() (*charset.Rules, error) {
	c := s.CharacterSetSettings
	if c == nil || len(c.CharacterReplacements) == 0 && c.CharacterSetSupport == nil {
		return nil, nil
	}
	var pairs [][2]rune
	for _, r := range c.CharacterReplacements {
		pairs = append(pairs, [2]rune{rune(r.SourceCharacterCodePoint), rune(r.TargetCharacterCodePoint)})
	}
	var set CharacterSetSupport
	if c.CharacterSetSupport != nil {
		set = *c.CharacterSetSupport
	}
	return charset.New(pairs, set.CharacterSet, rune(set.ReplaceWithCharacterCodePoint))
}
