// Package secret keeps the secrets of accounts, as AWS Secrets Manager does:
// values in versions with labels, each behind the guard. The passwords of
// warehouses' administrators are among them.
package secret
