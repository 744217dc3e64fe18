package warehouse

import (
	"context"
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
)

// CreateNamespaceInput says what Serverless namespace to make. What is empty gets AWS's default.
type CreateNamespaceInput struct {
	Name, DBName        string
	AdminUser, Password string
	ManagePassword      bool
	SecretKey, KMSKey   string
	Roles               []string
	DefaultRole         string
	LogExports          []string
	Tags                map[string]string
}

// DefaultServerlessAdmin is the administrator of a namespace that names none.
const DefaultServerlessAdmin = "admin"

// CreateNamespace makes a Serverless namespace. It answers no SQL until it gets a workgroup.
func (v *NamespaceView) CreateNamespace(ctx context.Context, in CreateNamespaceInput) (*Namespace, error) {
	if err := v.ask(ctx, question{action: "redshift-serverless:CreateNamespace", on: v.serverless("namespace/*"), facts: tagFacts(in.Tags)}); err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	n := &Namespace{ID: newUUID(), Kind: Serverless, Account: v.by.Account, Region: v.by.Request.Region, Name: in.Name, Status: StatusAvailable,
		DBName: in.DBName, AdminUser: in.AdminUser, DefaultRole: in.DefaultRole, Tags: in.Tags, Created: v.store.now().UTC(),
		Storage: &StorageSettings{KMSKey: in.KMSKey, SecretKMSKey: in.SecretKey, LogExports: in.LogExports}}
	if err := v.setRoles(ctx, n, in.Roles, in.DefaultRole); err != nil {
		return nil, err
	}
	password := in.Password
	if password == "" {
		password = newPassword() // Nobody knows it: such a namespace is entered with temporary credentials.
	}
	n.AdminPassword = PasswordDigest(password, n.AdminUser)
	if in.ManagePassword {
		if err := v.store.managing(); err != nil {
			return nil, err
		}
		n.Status = StatusCreating
	}
	if err := v.store.add(n, n.sameName); err != nil {
		return nil, err
	}
	return v.keepSecret(ctx, n)
}

// keepSecret finishes a namespace whose password becomes a secret.
func (v *NamespaceView) keepSecret(ctx context.Context, n *Namespace) (*Namespace, error) {
	if n.Status != StatusCreating {
		return n, nil
	}
	made, err := v.store.manage(ctx, n)
	if err != nil {
		return nil, v.store.undo(context.WithoutCancel(ctx), n, err)
	}
	return v.store.move(made.ID, StatusAvailable, StatusCreating)
}

// sameName refuses a second Serverless namespace of the name.
func (n *Namespace) sameName(other *Namespace) error {
	if other.Kind != Serverless || other.Account != n.Account || !other.in(n.Region) || other.Name != n.Name {
		return nil
	}
	return conflict("The namespace " + n.Name + " already exists.")
}

func conflict(message string) error {
	return &fault.Error{Kind: fault.Conflict, Code: "ConflictException", Message: message}
}

func invalidInput(message string) error {
	return &fault.Error{Kind: fault.Invalid, Code: "ValidationException", Message: message}
}

// serverlessName holds a name to the rules of namespaces and workgroups.
func serverlessName(what, name string) error {
	bad := len(name) < 3 || len(name) > 64
	for i := range len(name) {
		c := name[i]
		bad = bad || (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-'
	}
	if bad {
		return invalidInput("The " + what + " name must have 3 to 64 lowercase letters, digits or hyphens.")
	}
	return nil
}

func (in *CreateNamespaceInput) check() error {
	if err := serverlessName("namespace", in.Name); err != nil {
		return err
	}
	set(&in.DBName, orDefault(in.DBName, DefaultDatabase))
	set(&in.KMSKey, orDefault(in.KMSKey, ownedKey))
	if err := checkDatabase("ValidationException", "dbName", in.DBName); err != nil {
		return err
	}
	if err := checkServerlessAdmin(in.AdminUser, in.Password, in.ManagePassword); err != nil {
		return err
	}
	set(&in.AdminUser, orDefault(in.AdminUser, DefaultServerlessAdmin))
	return serverlessTags(checkTags(nil, in.Tags))
}

// orDefault is a default for what was not given, nil when it was.
func orDefault(given, otherwise string) *string {
	if given != "" {
		return nil
	}
	return &otherwise
}

// checkServerlessAdmin checks an administrator's name and password, which go together.
func checkServerlessAdmin(user, password string, managed bool) error {
	switch {
	case managed && password != "":
		return invalidInput("adminUserPassword can't be specified when manageAdminPassword is true.")
	case password != "" && user == "":
		return invalidInput("adminUsername is required with adminUserPassword.")
	case user != "" && password == "" && !managed:
		return invalidInput("adminUserPassword or manageAdminPassword is required with adminUsername.")
	}
	if user != "" {
		if err := checkAdmin("ValidationException", "adminUsername", user); err != nil {
			return err
		}
	}
	if password == "" {
		return nil
	}
	return checkPassword("ValidationException", "adminUserPassword", password)
}

// serverlessTags words trouble with tags as Redshift Serverless does.
func serverlessTags(err error) error {
	if fault.KindOf(err) == fault.TooLarge && err != nil {
		return &fault.Error{Kind: fault.TooLarge, Code: "TooManyTagsException", Message: "A resource can have at most 50 tags.", Err: err}
	}
	if fault.KindOf(err) == fault.Invalid && err != nil {
		return &fault.Error{Kind: fault.Invalid, Code: "ValidationException", Message: err.Error(), Err: err}
	}
	return err
}

// setRoles makes the roles the only ones attached, all of which the caller must be able to pass.
func (v *NamespaceView) setRoles(ctx context.Context, n *Namespace, roles []string, standard string) error {
	if standard != "" && !slices.Contains(roles, standard) {
		return invalidInput("The default IAM role " + standard + " must be one of iamRoles.")
	}
	for _, r := range roles {
		if strings.HasPrefix(r, "IamRole(") {
			return invalidInput("iamRoles takes role ARNs.")
		}
	}
	if err := v.passRoles(ctx, n, n.lacking(roles)); err != nil {
		if fault.CodeOf(err) == "InvalidParameterValue" {
			return invalidInput(err.Error())
		}
		return err
	}
	n.reattach(roles, standard, v.store.ready())
	if err := n.checkRoles(); err != nil {
		return invalidInput("A namespace can have at most 50 IAM roles.")
	}
	return nil
}

// namespace finds a Serverless namespace of the caller for an action.
func (v *NamespaceView) namespace(ctx context.Context, action, name string) (*Namespace, error) {
	n := v.store.find(func(n *Namespace) bool {
		return n.Kind == Serverless && n.Account == v.by.Account && n.in(v.by.Request.Region) && n.Name == name
	})
	q := question{action: "redshift-serverless:" + action, on: v.serverless("namespace/*")}
	if n != nil {
		q.on, q.tags = n.ARN(), n.Tags
	}
	if err := v.ask(ctx, q); err != nil {
		return nil, err
	}
	if n == nil {
		return nil, missingResource("namespace", name)
	}
	return n, nil
}

// GetNamespace describes a Serverless namespace.
func (v *NamespaceView) GetNamespace(ctx context.Context, name string) (*Namespace, error) {
	return v.namespace(ctx, "GetNamespace", name)
}

// ListNamespaces lists the Serverless namespaces of the caller's account and region.
func (v *NamespaceView) ListNamespaces(ctx context.Context, p Page) ([]*Namespace, string, error) {
	if err := v.ask(ctx, question{action: "redshift-serverless:ListNamespaces", on: "*"}); err != nil {
		return nil, "", err
	}
	part, marker := page(v.mine(), func(n *Namespace) string { return n.Name }, p)
	return part, marker, nil
}

// mine are the Serverless namespaces of the caller's account and region.
func (v *NamespaceView) mine() []*Namespace {
	return v.store.list(func(n *Namespace) bool {
		return n.Kind == Serverless && n.Account == v.by.Account && n.in(v.by.Request.Region)
	})
}

// UpdateNamespaceInput says what to change of a Serverless namespace. Roles nil
// leaves them, an empty list takes all away.
type UpdateNamespaceInput struct {
	Name, AdminUser, Password string
	ManagePassword            *bool
	SecretKey, KMSKey         string
	Roles                     *[]string
	DefaultRole               *string
	LogExports                *[]string
}

// UpdateNamespace changes a Serverless namespace.
func (v *NamespaceView) UpdateNamespace(ctx context.Context, in UpdateNamespaceInput) (*Namespace, error) {
	n, err := v.namespace(ctx, "UpdateNamespace", in.Name)
	if err != nil {
		return nil, err
	}
	managed := in.ManagePassword != nil && *in.ManagePassword
	if in.AdminUser != "" && in.AdminUser != n.AdminUser {
		return nil, invalidInput("The administrator's name of a namespace can't be changed here.")
	}
	if in.Password != "" || managed {
		if err := checkServerlessAdmin(in.AdminUser, in.Password, managed); err != nil {
			return nil, err
		}
	}
	changed := n.copy()
	if err := v.changeRoles(ctx, changed, &in); err != nil {
		return nil, err
	}
	if err := v.store.repassword(ctx, n, newAdmin{in.Password, in.ManagePassword}); err != nil {
		return nil, err
	}
	return v.store.update(n.ID, func(n *Namespace) error {
		if n.Status != StatusAvailable {
			return conflict("The namespace " + n.Name + " is " + string(n.Status) + ".")
		}
		n.Roles, n.DefaultRole = changed.Roles, changed.DefaultRole
		set(&n.Storage.KMSKey, said(in.KMSKey))
		set(&n.Storage.SecretKMSKey, said(in.SecretKey))
		set(&n.Storage.LogExports, in.LogExports)
		return nil
	})
}

// changeRoles brings a namespace's roles and default to what a call says.
func (v *NamespaceView) changeRoles(ctx context.Context, n *Namespace, in *UpdateNamespaceInput) error {
	if in.Roles == nil && in.DefaultRole == nil {
		return nil
	}
	roles, standard := n.others(nil), n.DefaultRole
	set(&roles, in.Roles)
	set(&standard, in.DefaultRole)
	if in.DefaultRole == nil && !slices.Contains(roles, standard) {
		standard = "" // It was taken away with the others.
	}
	return v.setRoles(ctx, n, roles, standard)
}

// DeleteNamespace removes a Serverless namespace that has no workgroup, with its
// data. No snapshot can be made of it here.
func (v *NamespaceView) DeleteNamespace(ctx context.Context, name, snapshot string) (*Namespace, error) {
	n, err := v.namespace(ctx, "DeleteNamespace", name)
	if err != nil {
		return nil, err
	}
	if snapshot != "" {
		return nil, invalidInput("Snapshots are not supported by inlet: leave finalSnapshotName out.")
	}
	if _, err := v.store.hosting(); err != nil {
		return nil, err
	}
	gone, err := v.store.update(n.ID, func(n *Namespace) error {
		if n.Workgroup != "" {
			return conflict("The namespace " + n.Name + " is associated with the workgroup " + n.Workgroup + ": delete that first.")
		}
		n.Status = StatusDeleting
		return nil
	})
	if err != nil {
		return nil, err
	}
	return gone, v.store.destroy(context.WithoutCancel(ctx), gone)
}
