// Package lint holds the rules of the house as tests: who may import whom,
// documentation, sizes and names. It reads the files itself, so that go test's
// cache notices every change.
package lint

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const (
	root   = "../.."
	module = "github.com/inlet-data/inlet/"
)

// file is one Go file of the module.
type file struct {
	path string // from the module's root, with slashes
	dir  string
	test bool
	fset *token.FileSet
	ast  *ast.File
}

// imports are the packages of this module the file imports, from the module's root.
func (f *file) imports() []string {
	var all []string
	for _, spec := range f.ast.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue // The parser accepted it, so it is a string.
		}
		if own, ok := strings.CutPrefix(path, module); ok {
			all = append(all, own)
		}
	}
	return all
}

// at is where a node stands, for messages.
func (f *file) at(n ast.Node) string {
	return f.path + ":" + strconv.Itoa(f.fset.Position(n.Pos()).Line)
}

// tree parses every Go file of the module but those of other modules within it.
func tree(t *testing.T) []*file {
	t.Helper()
	var all []*file
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return skip(d.Name(), path)
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		fset := token.NewFileSet()
		parsed, err := parser.ParseFile(fset, path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		all = append(all, &file{path: rel, dir: rel[:max(0, strings.LastIndexByte(rel, '/'))], test: strings.HasSuffix(rel, "_test.go"), fset: fset, ast: parsed})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("no Go file found")
	}
	return all
}

// skip passes by folders that hold no code of this module; deploy is a module of its own.
func skip(name, path string) error {
	if path != root && (strings.HasPrefix(name, ".") || name == "testdata" || name == "deploy") {
		return fs.SkipDir
	}
	return nil
}
