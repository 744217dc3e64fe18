package settings

import (
	"reflect"
	"strings"
)

// find is the field of a key. Amazon's documents do not agree with themselves on
// capitals, so these do not count.
func find(group reflect.Type, key string) (reflect.StructField, bool) {
	for i := range group.NumField() {
		if f := group.Field(i); f.IsExported() && strings.EqualFold(spelling(f), key) {
			return f, true
		}
	}
	return reflect.StructField{}, false
}

// spelling is DMS's name of a field.
func spelling(f reflect.StructField) string {
	if name := f.Tag.Get("json"); name != "" {
		return name
	}
	return f.Name
}

// legacy are keys of the first versions, which old examples still hold: they are read, and mean nothing.
var legacy = map[string]bool{"FullLoadEnabled": true, "ApplyChangesEnabled": true, "ResumeEnabled": true, "ResumeMinTableSize": true, "ResumeOnlyClusteredPKTables": true}

// stray refuses a key that its group does not have, with one that was meant perhaps.
func stray(group reflect.Type, m member, path string) error {
	if group == reflect.TypeFor[FullLoadSettings]() && legacy[m.key] {
		return nil
	}
	if home, ok := elsewhere(m.key); ok {
		return wrong(path, "is not a setting; %s belongs into %s", m.key, home)
	}
	return wrong(path, "is not a setting; known are %s", strings.Join(spellings(group), ", "))
}

func spellings(group reflect.Type) []string {
	var all []string
	for i := range group.NumField() {
		if f := group.Field(i); f.IsExported() {
			all = append(all, spelling(f))
		}
	}
	return all
}

// elsewhere finds the group that has a key.
func elsewhere(key string) (group string, ok bool) {
	root := reflect.TypeFor[Settings]()
	for i := range root.NumField() {
		f := root.Field(i)
		t := f.Type
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct {
			continue
		}
		if _, ok := find(t, key); ok {
			return f.Name, true
		}
	}
	return "", false
}
