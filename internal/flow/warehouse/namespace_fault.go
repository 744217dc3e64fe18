package warehouse

import (
	"fmt"

	"github.com/inlet-data/inlet/internal/fault"
)

func clusterNotFound(identifier string) error {
	return &fault.Error{Kind: fault.NotFound, Code: "ClusterNotFound", On: identifier, Message: fmt.Sprintf("Cluster %s not found.", identifier)}
}

// missingResource is how Redshift Serverless says that there is no such thing.
func missingResource(what, name string) error {
	return &fault.Error{Kind: fault.NotFound, Code: "ResourceNotFoundException", On: name, Message: fmt.Sprintf("The %s %s does not exist.", what, name)}
}

func badParameter(code, format string, args ...any) error {
	return &fault.Error{Kind: fault.Invalid, Code: code, Message: fmt.Sprintf(format, args...)}
}

func noSnapshot(snapshot string) error {
	return &fault.Error{Kind: fault.NotFound, Code: "ClusterSnapshotNotFound", On: snapshot, Message: fmt.Sprintf("Snapshot %s not found.", snapshot)}
}

func noResource(name string) error {
	return &fault.Error{Kind: fault.NotFound, Code: "ResourceNotFoundFault", On: name, Message: fmt.Sprintf("The resource %s does not exist.", name)}
}
