package tasklog

// Component is the part of a task that speaks, in DMS's words.
type Component string

// The components of a task.
const (
	TaskManager     Component = "TASK_MANAGER"
	SourceUnload    Component = "SOURCE_UNLOAD"
	TargetLoad      Component = "TARGET_LOAD"
	SourceCapture   Component = "SOURCE_CAPTURE"
	Sorter          Component = "SORTER"
	TargetApply     Component = "TARGET_APPLY"
	Transformation  Component = "TRANSFORMATION"
	TablesManager   Component = "TABLES_MANAGER"
	MetadataManager Component = "METADATA_MANAGER"
	FileFactory     Component = "FILE_FACTORY"
	FileTransfer    Component = "FILE_TRANSFER"
	Performance     Component = "PERFORMANCE"
	Validator       Component = "VALIDATOR"
	ValidatorExt    Component = "VALIDATOR_EXT"
	IO              Component = "IO"
	Common          Component = "COMMON"
	Communication   Component = "COMMUNICATION"
	DataStructure   Component = "DATA_STRUCTURE"
	RestServer      Component = "REST_SERVER"
	Addons          Component = "ADDONS"
)

// Components are all of them, as a task's settings list them.
func Components() []Component {
	return []Component{
		Transformation, SourceUnload, IO, TargetLoad, Performance, SourceCapture, Sorter, RestServer, ValidatorExt,
		TargetApply, TaskManager, TablesManager, MetadataManager, FileFactory, Common, Addons, DataStructure,
		Communication, FileTransfer, Validator,
	}
}

// Level is how grave a line is: the letter after the component.
type Level byte

// The levels, the gravest first.
const (
	Error   Level = 'E'
	Warning Level = 'W'
	Info    Level = 'I'
	Debug   Level = 'T'
	Detail  Level = 'D'
)

// depth tells how much one must want to hear in order to hear a level.
func (l Level) depth() int {
	switch l {
	case Error:
		return 1
	case Warning:
		return 2
	case Debug:
		return 4
	case Detail, 'V':
		return 5
	}
	return 3
}

// Severity is the level of a LOGGER_SEVERITY word of the task settings.
func Severity(word string) (level Level, known bool) {
	level, known = severities[word]
	return level, known
}

var severities = map[string]Level{
	"LOGGER_SEVERITY_ERROR":          Error,
	"LOGGER_SEVERITY_WARNING":        Warning,
	"LOGGER_SEVERITY_INFO":           Info,
	"LOGGER_SEVERITY_DEFAULT":        Info,
	"LOGGER_SEVERITY_DEBUG":          Debug,
	"LOGGER_SEVERITY_DETAILED_DEBUG": Detail,
}
