// Package identity keeps who exists: accounts, users, access keys, roles,
// managed policies, and the sessions made of roles. It gives the guard the
// policies of callers and makes role sessions. What it acknowledged is in its
// bbolt file; questions are answered from memory.
package identity
