// Package arn names things as AWS does: accounts, regions, buckets, roles,
// namespaces. It parses and prints; it knows no resource.
package arn

import (
	"fmt"
	"strings"
)

// Partition is the partition of every ARN this program makes itself.
const Partition = "aws"

// ARN is a parsed Amazon Resource Name, arn:partition:service:region:account:resource.
type ARN struct {
	Partition, Service, Region, Account, Resource string
}

// Parse reads s. The resource keeps its colons and slashes.
func Parse(s string) (ARN, error) {
	f := strings.SplitN(s, ":", 6)
	if len(f) != 6 || f[0] != "arn" || f[1] == "" || f[2] == "" || f[5] == "" {
		return ARN{}, fmt.Errorf("%q is not an ARN (arn:partition:service:region:account:resource)", s)
	}
	return ARN{f[1], f[2], f[3], f[4], f[5]}, nil
}

// String prints the ARN.
func (a ARN) String() string {
	return strings.Join([]string{"arn", a.Partition, a.Service, a.Region, a.Account, a.Resource}, ":")
}

// Bucket is the ARN of a bucket; S3 ARNs carry neither region nor account.
func Bucket(name string) string { return "arn:aws:s3:::" + name }

// Object is the ARN of an object or of a pattern of keys.
func Object(bucket, key string) string { return "arn:aws:s3:::" + bucket + "/" + key }

// Root is the ARN that stands for an account and for its root user.
func Root(account string) string { return "arn:aws:iam::" + account + ":root" }

// User is the ARN of an IAM user. The path begins and ends with a slash.
func User(account, path, name string) string {
	return "arn:aws:iam::" + account + ":user" + path + name
}

// Role is the ARN of an IAM role. The path begins and ends with a slash.
func Role(account, path, name string) string {
	return "arn:aws:iam::" + account + ":role" + path + name
}

// RoleSession is the ARN of a session of a role; the role's path is dropped.
func RoleSession(account, role, session string) string {
	return "arn:aws:sts::" + account + ":assumed-role/" + role + "/" + session
}

// Namespace is the ARN of a provisioned cluster's namespace.
func Namespace(region, account, id string) string {
	return "arn:aws:redshift:" + region + ":" + account + ":namespace:" + id
}

// ServerlessNamespace is the ARN of a Redshift Serverless namespace.
func ServerlessNamespace(region, account, id string) string {
	return "arn:aws:redshift-serverless:" + region + ":" + account + ":namespace/" + id
}

// Integration is the ARN of an event integration.
func Integration(region, account, id string) string {
	return "arn:aws:redshift:" + region + ":" + account + ":integration:" + id
}

// DBUser is the ARN of a database user, which Redshift sends as the external id when it assumes a role.
func DBUser(region, account, cluster, user string) string {
	return "arn:aws:redshift:" + region + ":" + account + ":dbuser:" + cluster + "/" + user
}

// ValidAccount reports whether s is an account id: twelve digits.
func ValidAccount(s string) bool {
	if len(s) != 12 {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
