package dialect

import "strings"

// tableFunctions are the functions that may stand in FROM. The engine has many
// more, which read files, its own catalog, or SQL from a string.
var tableFunctions = words(`generate_series unnest json_each`)

// closedFunctions are functions of the engine that Redshift does not have and
// that reach past what a client may see.
var closedFunctions = words(`nextval currval getvariable getenv query query_table write_log in_search_path
	checkpoint force_checkpoint parse_duckdb_log_message sql_auto_complete error add_parquet_key which_secret from_substrait get_substrait
	txid_current_snapshot current_transaction_id current_query_id current_connection_id
	json_execute_serialized_sql json_serialize_sql json_serialize_plan json_deserialize_sql enable_logging disable_logging`)

// open refuses a function that clients must not call.
func (r *rewriter) open(t token, name string, inFrom bool) {
	closed := closedFunctions[name] || strings.HasPrefix(name, "duckdb_") || strings.HasPrefix(name, "pragma_") ||
		strings.HasPrefix(name, "read_") || strings.HasPrefix(name, "rs_")
	if inFrom {
		closed = !tableFunctions[name] && !strings.HasPrefix(name, "pg_") && !strings.HasPrefix(name, "_pg_")
	}
	if closed {
		r.fail(t, "42883", "function %s does not exist", name)
	}
}
