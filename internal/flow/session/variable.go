package session

import (
	"context"
	"strconv"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// setVariables tells the engine who asks, as far as that changed: the system views read it there.
func (s *Session) setVariables(ctx context.Context, query bool) error {
	wanted := map[string]string{
		"inlet_user":            warehouse.Literal(s.user.Name),
		"inlet_pid":             strconv.FormatInt(int64(s.opt.PID), 10),
		"inlet_database":        warehouse.Literal(s.manager.cfg.Database.Name),
		"inlet_last_copy_id":    strconv.FormatInt(s.lastCopy, 10),
		"inlet_last_copy_count": strconv.FormatInt(s.copied, 10),
		"inlet_settings":        s.settings.literal(),
	}
	if s.lastUnload != 0 {
		wanted["inlet_last_unload_id"] = strconv.FormatInt(s.lastUnload, 10)
		wanted["inlet_last_unload_count"] = strconv.FormatInt(s.unloaded, 10)
	}
	if query {
		wanted["inlet_last_query_id"] = strconv.FormatInt(s.lastQuery, 10)
	}
	for name, value := range wanted {
		if s.variables[name] == value {
			continue
		}
		if _, err := s.client.Conn().Exec(ctx, "SET VARIABLE "+name+" = "+value); err != nil {
			return err
		}
		s.variables[name] = value
		s.version++
	}
	return s.setPath(ctx)
}

// literal is the settings as the engine's map.
func (s *settings) literal() string {
	var b strings.Builder
	b.WriteString("MAP {")
	for i, line := range s.list() {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(warehouse.Literal(line[0]) + ": " + warehouse.Literal(line[1]))
	}
	b.WriteString("}")
	return b.String()
}

// path is the schemas in which unqualified names are looked up, never empty.
func (s *Session) path() []string {
	text := s.settings.get("search_path")
	if text == defaults["search_path"] && s.personal == "" {
		return []string{warehouse.PublicSchema}
	}
	var names []string
	for name := range strings.SplitSeq(text, ",") {
		name = strings.ToLower(strings.Trim(strings.TrimSpace(name), `"'`))
		if name == "$user" {
			name = s.personal
		}
		if name != "" && name != "pg_catalog" && name != "inlet" && name != "main" {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return []string{warehouse.PublicSchema}
	}
	return names
}

// setPath makes the engine look names up where the session does.
func (s *Session) setPath(ctx context.Context) error {
	names := s.path()
	key := strings.Join(names, ",")
	if key == s.variables["search_path"] || s.variables["search_path"] == "" && key == warehouse.PublicSchema {
		return nil
	}
	var parts []string
	for _, name := range names {
		ok, err := s.schemaExists(ctx, name)
		if err != nil {
			return err
		}
		if ok {
			parts = append(parts, warehouse.Quote(name))
		}
	}
	if len(parts) == 0 { // With the system's schema alone the engine would take that for the current database.
		parts = append(parts, warehouse.Quote(warehouse.PublicSchema))
	}
	parts = append(parts, "overlay.main")
	_, err := s.client.Conn().Exec(ctx, "SET search_path = "+warehouse.Literal(strings.Join(parts, ",")))
	if err == nil {
		s.variables["search_path"] = key
		s.version++
	}
	return err
}

func (s *Session) schemaExists(ctx context.Context, name string) (found bool, err error) {
	err = warehouse.EachRow(ctx, s.client.Conn(), func(*warehouse.Chunk, int) error {
		found = true
		return nil
	}, "SELECT 1 FROM duckdb_schemas() WHERE database_name = system.main.current_database() AND schema_name = ? AND schema_name NOT IN ('inlet', 'main')", name)
	return found, err
}
