// Package arrival is the station of event integrations: it checks what must be
// allowed before one works, keeps them, and hands the events of their buckets
// to their warehouses, each at least once and in order.
package arrival
