package stage

import (
	"encoding/json"
	"fmt"
)

// manifest is a list of files as COPY reads it.
type manifest struct {
	Entries []manifestEntry `json:"entries"`
}

type manifestEntry struct {
	URL       string       `json:"url"`
	Mandatory bool         `json:"mandatory"`
	Meta      manifestMeta `json:"meta"`
}

type manifestMeta struct {
	Length int64 `json:"content_length"`
}

const manifestName = "LOAD.manifest"

// writeManifest lists the set's files, so that COPY reads these, all of these and nothing else.
func (s *Set) writeManifest() (string, error) {
	var m manifest
	for _, e := range s.files {
		m.Entries = append(m.Entries, manifestEntry{URL: s.stage.url(e.key), Mandatory: true, Meta: manifestMeta{e.length}})
	}
	body, err := json.Marshal(m)
	if err != nil {
		return "", fmt.Errorf("write a manifest: %w", err)
	}
	key := s.folder + manifestName
	s.keys = append(s.keys, key)
	if err := s.stage.put(s.ctx, key, "application/json", body); err != nil {
		return "", err
	}
	return s.stage.url(key), nil
}
