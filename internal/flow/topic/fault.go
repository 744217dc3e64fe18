package topic

import "github.com/inlet-data/inlet/internal/fault"

func invalid(message string) error {
	return &fault.Error{Kind: fault.Invalid, Code: "InvalidParameter", Message: "Invalid parameter: " + message}
}

func noTopic(on string) error {
	return &fault.Error{Kind: fault.NotFound, Code: "NotFound", On: on, Message: "Topic does not exist"}
}

func noSubscription(on string) error {
	return &fault.Error{Kind: fault.NotFound, Code: "NotFound", On: on, Message: "Subscription does not exist"}
}

func noResource(on string) error {
	return &fault.Error{Kind: fault.NotFound, Code: "ResourceNotFound", On: on, Message: "Resource does not exist"}
}
