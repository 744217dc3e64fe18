package e2e

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var rewrite = flag.Bool("rewrite", false, "write docs/reference/members.md")

const membersFile = "../docs/reference/members.md"

const membersHead = `# Members

What the models of botocore %s know of supported operations and a node neither takes
nor gives: a parameter is refused, a member of an answer is not there. Amazon S3's
parameters are not listed.

This file is written from the types of the operations:
` + "`go test ./e2e -run TestModels -rewrite`.\n"

// tableOf lists what is lacking of each service's shapes.
func tableOf(lacking map[string]map[string]bool) string {
	var b strings.Builder
	for _, service := range slices.Sorted(maps.Keys(lacking)) {
		shapes := map[string][]string{}
		for _, name := range slices.Sorted(maps.Keys(lacking[service])) {
			of, member, _ := strings.Cut(name, ".")
			shapes[of] = append(shapes[of], member)
		}
		fmt.Fprintf(&b, "\n## %s\n\n| shape | members |\n|---|---|\n", service)
		for _, of := range slices.Sorted(maps.Keys(shapes)) {
			fmt.Fprintf(&b, "| %s | %s |\n", of, strings.Join(shapes[of], ", "))
		}
	}
	return b.String()
}

// compareLacking compares the committed table, if it is of the botocore that is here.
func compareLacking(t *testing.T, table string) {
	t.Helper()
	python := findPython(t, "botocore", "pip install boto3")
	version, err := exec.Command(string(python), "-c", "import botocore; print(botocore.__version__, end='')").Output()
	if err != nil {
		t.Fatal(err)
	}
	head := fmt.Sprintf(membersHead, version)
	if *rewrite {
		if err := os.WriteFile(membersFile, []byte(head+table), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(membersFile)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(got), head) {
		t.Logf("%s is of another botocore than %s", membersFile, version)
		return
	}
	if diff := cmp.Diff(head+table, string(got)); diff != "" {
		t.Errorf("%s is not current; go test ./e2e -run TestModels -rewrite writes it:\n%s", membersFile, diff)
	}
}
