package serverlessapi

import (
	"context"
	"fmt"
	"time"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/front/aws"
)

func (d door) spaces() []aws.Operation {
	return []aws.Operation{
		op(d, "CreateNamespace", createNamespace),
		op(d, "GetNamespace", getNamespace),
		op(d, "ListNamespaces", listNamespaces),
		op(d, "UpdateNamespace", updateNamespace),
		op(d, "DeleteNamespace", deleteNamespace),
	}
}

// isoTime is a time as this service writes it, unlike other JSON services: as text.
type isoTime struct{ time.Time }

// MarshalJSON prints ISO 8601 in UTC.
func (t isoTime) MarshalJSON() ([]byte, error) {
	return []byte(t.UTC().Format(`"2006-01-02T15:04:05.000Z"`)), nil
}

// namespace is a namespace as Redshift Serverless describes it.
type namespace struct {
	AdminPasswordSecretArn      string   `json:"adminPasswordSecretArn,omitempty"`
	AdminPasswordSecretKMSKeyID string   `json:"adminPasswordSecretKmsKeyId,omitempty"`
	AdminUsername               string   `json:"adminUsername"`
	CreationDate                isoTime  `json:"creationDate"`
	DBName                      string   `json:"dbName"`
	DefaultIAMRoleARN           string   `json:"defaultIamRoleArn,omitempty"`
	IAMRoles                    []string `json:"iamRoles"`
	KMSKeyID                    string   `json:"kmsKeyId"`
	LogExports                  []string `json:"logExports"`
	NamespaceARN                string   `json:"namespaceArn"`
	NamespaceID                 string   `json:"namespaceId"`
	NamespaceName               string   `json:"namespaceName"`
	Status                      string   `json:"status"`
}

func describe(n *warehouse.Namespace) namespace {
	out := namespace{
		AdminPasswordSecretArn: n.AdminSecret, AdminUsername: n.AdminUser, CreationDate: isoTime{n.Created}, DBName: n.DBName,
		DefaultIAMRoleARN: n.DefaultRole, IAMRoles: each(n.Roles, role), KMSKeyID: n.Storage.KMSKey,
		LogExports: append([]string{}, n.Storage.LogExports...), NamespaceARN: n.ARN(), NamespaceID: n.ID, NamespaceName: n.Name,
		Status: namespaceStatus(n.Status),
	}
	if n.AdminSecret != "" {
		out.AdminPasswordSecretKMSKeyID = n.Storage.SecretKMSKey
	}
	return out
}

// role shows a role with its state, as this service does in a text of its own form.
func role(r warehouse.AttachedRole) string {
	return fmt.Sprintf("IamRole(applyStatus=%s, iamRoleArn=%s)", r.Status, r.ARN)
}

func namespaceStatus(s warehouse.Status) string {
	switch s {
	case warehouse.StatusAvailable:
		return "AVAILABLE"
	case warehouse.StatusDeleting:
		return "DELETING"
	}
	return "MODIFYING"
}

type tag struct {
	Key   string `json:"key" required:"true" min:"1" max:"128"`
	Value string `json:"value" required:"true" max:"256"`
}

func tagMap(tags []tag) map[string]string {
	m := make(map[string]string, len(tags))
	for _, t := range tags {
		m[t.Key] = t.Value
	}
	return m
}

type oneNamespace struct {
	Namespace namespace `json:"namespace"`
}

func shown(n *warehouse.Namespace, err error) (oneNamespace, error) {
	if err != nil {
		return oneNamespace{}, err
	}
	return oneNamespace{describe(n)}, nil
}

type createNamespaceInput struct {
	NamespaceName               string   `json:"namespaceName" required:"true" min:"3" max:"64" pattern:"^[a-z0-9-]+$"`
	AdminUsername               string   `json:"adminUsername" sensitive:"true"`
	AdminUserPassword           string   `json:"adminUserPassword" sensitive:"true"`
	ManageAdminPassword         bool     `json:"manageAdminPassword"`
	AdminPasswordSecretKMSKeyID string   `json:"adminPasswordSecretKmsKeyId"`
	DBName                      string   `json:"dbName"`
	DefaultIAMRoleARN           string   `json:"defaultIamRoleArn"`
	IAMRoles                    []string `json:"iamRoles"`
	KMSKeyID                    string   `json:"kmsKeyId"`
	LogExports                  []string `json:"logExports" max:"16" enum:"useractivitylog userlog connectionlog"`
	Tags                        []tag    `json:"tags" max:"200"`
}

func createNamespace(ctx context.Context, v *warehouse.NamespaceView, in createNamespaceInput) (oneNamespace, error) {
	return shown(v.CreateNamespace(ctx, warehouse.CreateNamespaceInput{
		Name: in.NamespaceName, DBName: in.DBName, AdminUser: in.AdminUsername, Password: in.AdminUserPassword, ManagePassword: in.ManageAdminPassword,
		SecretKey: in.AdminPasswordSecretKMSKeyID, KMSKey: in.KMSKeyID, Roles: in.IAMRoles, DefaultRole: in.DefaultIAMRoleARN,
		LogExports: in.LogExports, Tags: tagMap(in.Tags),
	}))
}

type namespaceName struct {
	NamespaceName string `json:"namespaceName" required:"true" min:"3" max:"64" pattern:"^[a-z0-9-]+$"`
}

func getNamespace(ctx context.Context, v *warehouse.NamespaceView, in namespaceName) (oneNamespace, error) {
	return shown(v.GetNamespace(ctx, in.NamespaceName))
}

type listNamespacesOutput struct {
	Namespaces []namespace `json:"namespaces"`
	NextToken  string      `json:"nextToken,omitempty"`
}

func listNamespaces(ctx context.Context, v *warehouse.NamespaceView, in paging) (listNamespacesOutput, error) {
	found, next, err := v.ListNamespaces(ctx, in.page())
	return listNamespacesOutput{each(found, describe), next}, err
}

type updateNamespaceInput struct {
	NamespaceName               string    `json:"namespaceName" required:"true" min:"3" max:"64" pattern:"^[a-z0-9-]+$"`
	AdminUsername               string    `json:"adminUsername" sensitive:"true"`
	AdminUserPassword           string    `json:"adminUserPassword" sensitive:"true"`
	ManageAdminPassword         *bool     `json:"manageAdminPassword"`
	AdminPasswordSecretKMSKeyID string    `json:"adminPasswordSecretKmsKeyId"`
	DefaultIAMRoleARN           *string   `json:"defaultIamRoleArn"`
	IAMRoles                    *[]string `json:"iamRoles"`
	KMSKeyID                    string    `json:"kmsKeyId"`
	LogExports                  *[]string `json:"logExports" max:"16" enum:"useractivitylog userlog connectionlog"`
}

func updateNamespace(ctx context.Context, v *warehouse.NamespaceView, in updateNamespaceInput) (oneNamespace, error) {
	return shown(v.UpdateNamespace(ctx, warehouse.UpdateNamespaceInput{
		Name: in.NamespaceName, AdminUser: in.AdminUsername, Password: in.AdminUserPassword, ManagePassword: in.ManageAdminPassword,
		SecretKey: in.AdminPasswordSecretKMSKeyID, KMSKey: in.KMSKeyID, Roles: in.IAMRoles, DefaultRole: in.DefaultIAMRoleARN, LogExports: in.LogExports,
	}))
}

type deleteNamespaceInput struct {
	NamespaceName                string `json:"namespaceName" required:"true" min:"3" max:"64" pattern:"^[a-z0-9-]+$"`
	FinalSnapshotName            string `json:"finalSnapshotName"`
	FinalSnapshotRetentionPeriod int    `json:"finalSnapshotRetentionPeriod"`
}

func deleteNamespace(ctx context.Context, v *warehouse.NamespaceView, in deleteNamespaceInput) (oneNamespace, error) {
	return shown(v.DeleteNamespace(ctx, in.NamespaceName, in.FinalSnapshotName))
}
