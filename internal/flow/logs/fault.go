package logs

import "github.com/inlet-data/inlet/internal/fault"

func invalid(message string) error {
	return &fault.Error{Kind: fault.Invalid, Code: "InvalidParameterException", Message: message}
}

func noGroup() error {
	return &fault.Error{Kind: fault.NotFound, Code: "ResourceNotFoundException", Message: "The specified log group does not exist."}
}

func noStream() error {
	return &fault.Error{Kind: fault.NotFound, Code: "ResourceNotFoundException", Message: "The specified log stream does not exist."}
}

func exists(what string) error {
	return &fault.Error{Kind: fault.Exists, Code: "ResourceAlreadyExistsException", Message: "The specified " + what + " already exists"}
}
