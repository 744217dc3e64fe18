package sysview

// EngineType is the type the engine must give the column.
func EngineType(c Column) string { return c.engine }
