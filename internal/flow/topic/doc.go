// Package topic is the station of notifications: topics as Amazon SNS has them,
// their subscriptions, and a durable queue that delivers each message over HTTP
// or into files of the data directory, again and again until it arrives or is
// given up. Messages have SNS's form, but carry no signature: there is no
// certificate of Amazon's to sign them with.
package topic
