package arrival

import "github.com/inlet-data/inlet/internal/fault"

func invalid(message string) error {
	return &fault.Error{Kind: fault.Invalid, Code: "InvalidParameterValue", Message: message}
}

func unsupported(on, message string) error {
	return &fault.Error{Kind: fault.Invalid, Code: "UnsupportedOperation", On: on, Message: message}
}

func noSource(on string) error {
	return &fault.Error{Kind: fault.NotFound, Code: "IntegrationSourceNotFoundFault", On: on,
		Message: "The specified integration source can't be found.",
		Hint:    "The bucket must exist and belong to the account that creates the integration."}
}

func noTarget(on string) error {
	return &fault.Error{Kind: fault.NotFound, Code: "IntegrationTargetNotFoundFault", On: on, Message: "The specified integration target can't be found."}
}

func noIntegration(on string) error {
	return &fault.Error{Kind: fault.NotFound, Code: "IntegrationNotFoundFault", On: on, Message: "The integration can't be found."}
}

func exists(on, message string) error {
	return &fault.Error{Kind: fault.Exists, Code: "IntegrationAlreadyExistsFault", On: on, Message: message}
}

func noNamespace(on string) error {
	return &fault.Error{Kind: fault.Invalid, Code: "InvalidNamespaceFault", On: on, Message: "The namespace isn't valid because the namespace doesn't exist. Provide a valid namespace."}
}

func conflictState(in Integration) error {
	return &fault.Error{Kind: fault.Conflict, Code: "IntegrationConflictStateFault", On: in.ARN,
		Message: "The integration is in the state " + string(in.Status) + " and can't perform the requested operation."}
}
