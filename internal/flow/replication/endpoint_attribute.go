package replication

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Attribute is the value of an extra connection attribute, whatever its case.
func (e *Endpoint) Attribute(name string) (value string, ok bool) {
	for _, pair := range attributesOf(e.Attributes) {
		if strings.EqualFold(pair[0], name) {
			value, ok = pair[1], true
		}
	}
	return value, ok
}

// attributesOf reads name=value;name=value.
func attributesOf(text string) [][2]string {
	var all [][2]string
	for part := range strings.SplitSeq(text, ";") {
		if name, value, ok := strings.Cut(strings.TrimSpace(part), "="); ok {
			all = append(all, [2]string{strings.TrimSpace(name), strings.TrimSpace(value)})
		}
	}
	return all
}

// shownAttributes are extra connection attributes without a password, which the settings have now.
func shownAttributes(text string) string {
	parts := slices.DeleteFunc(strings.Split(text, ";"), func(part string) bool {
		name, _, _ := strings.Cut(part, "=")
		return strings.EqualFold(strings.TrimSpace(name), "password")
	})
	return strings.Join(parts, ";")
}

// applyAttributes sets what extra connection attributes say in the settings, a pointer to a block.
func applyAttributes(g *engine, settings reflect.Value, text string) error {
	for part := range strings.SplitSeq(text, ";") {
		if part = strings.TrimSpace(part); part != "" && !strings.Contains(part, "=") {
			return invalid("An extra connection attribute has no value: write name=value;name=value.") // Not which one: it may be the rest of a password.
		}
	}
	for _, pair := range attributesOf(text) {
		if err := applyAttribute(g, settings, pair[0], pair[1]); err != nil {
			return err
		}
	}
	return nil
}

func applyAttribute(g *engine, settings reflect.Value, name, value string) error {
	for i := range g.family.NumField() {
		if f := g.family.Field(i); strings.EqualFold(settingName(f), name) {
			return setField(settings.Elem().Field(i), f, name, value)
		}
	}
	if _, _, ok := g.attribute(name); ok {
		return nil
	}
	return invalid(fmt.Sprintf("The extra connection attribute %q is not known for the engine %s.", name, g.name))
}

func setField(to reflect.Value, f reflect.StructField, name, text string) error {
	value := reflect.New(f.Type.Elem())
	switch value.Elem().Kind() {
	case reflect.Bool:
		b, err := strconv.ParseBool(strings.ToLower(text))
		if err != nil {
			return invalid(fmt.Sprintf("The value of the extra connection attribute %s must be true or false.", name))
		}
		value.Elem().SetBool(b)
	case reflect.Int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return invalid(fmt.Sprintf("The value of the extra connection attribute %s must be a number.", name))
		}
		value.Elem().SetInt(int64(n))
	default:
		value.Elem().SetString(text)
	}
	to.Set(value)
	return nil
}

// merge sets the fields of a block that another has, or all of them.
func merge(to, from reflect.Value, exact bool) {
	for i := range to.Elem().NumField() {
		if f := from.Elem().Field(i); exact || !f.IsNil() {
			to.Elem().Field(i).Set(f)
		}
	}
}

// checkSettings holds a block to the ranges and values of its fields.
func checkSettings(settings reflect.Value) error {
	for i := range settings.Elem().NumField() {
		f, value := settings.Elem().Type().Field(i), settings.Elem().Field(i)
		if value.IsNil() {
			continue
		}
		if low, top, ok := settingRange(f); ok && (value.Elem().Int() < int64(low) || value.Elem().Int() > int64(top)) {
			return invalid(fmt.Sprintf("The value %d of %s is not valid: it must be from %d to %d.", value.Elem().Int(), settingName(f), low, top))
		}
		if all := settingValues(f); len(all) > 0 && !slices.Contains(all, strings.ToLower(strings.ReplaceAll(value.Elem().String(), "_", "-"))) {
			return invalid(fmt.Sprintf("The value %q of %s is not valid: it must be one of %s.", value.Elem().String(), settingName(f), strings.Join(all, ", ")))
		}
	}
	return nil
}
