package lint

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// longest is how many lines a file may have.
const longest = 800

// forbidden are names that say nothing of what a package holds.
var forbidden = []string{"util", "utils", "common", "helper", "helpers", "manager", "managers", "misc"}

func TestPackageNames(t *testing.T) {
	for _, f := range tree(t) {
		if name := strings.TrimSuffix(f.ast.Name.Name, "_test"); slices.Contains(forbidden, name) {
			t.Errorf("%s: package name %s says nothing of what it holds", f.path, name)
		}
	}
}

func TestPackageDocs(t *testing.T) {
	documented := map[string]bool{}
	for _, f := range tree(t) {
		if f.test && !strings.HasSuffix(f.dir, "/lint") {
			continue
		}
		has := f.ast.Doc != nil && (f.ast.Name.Name == "main" || strings.HasPrefix(f.ast.Doc.Text(), "Package "+f.ast.Name.Name+" "))
		documented[f.dir] = documented[f.dir] || has
	}
	for dir, ok := range documented {
		if !ok {
			t.Errorf("%s has no package comment", dir)
		}
	}
}

func TestFileLength(t *testing.T) {
	for _, f := range tree(t) {
		if lines := f.fset.Position(f.ast.FileEnd).Line; lines > longest && !ast.IsGenerated(f.ast) {
			t.Errorf("%s has %d lines, at most %d are allowed: split it by noun", f.path, lines, longest)
		}
	}
}

// understood are methods whose interface says all there is to say.
var understood = []string{"Error", "Unwrap", "Is", "As", "String", "MarshalJSON", "UnmarshalJSON", "MarshalText", "UnmarshalText", "UnmarshalYAML",
	"MarshalXML", "UnmarshalXML", "Read", "Write", "Close", "ServeHTTP", "Len", "Less", "Swap"}

func TestExportedDocs(t *testing.T) {
	for _, f := range tree(t) {
		if f.test || f.ast.Name.Name == "main" || ast.IsGenerated(f.ast) {
			continue
		}
		for _, d := range f.ast.Decls {
			for _, n := range undocumented(d) {
				t.Errorf("%s: %s is exported and has no comment", f.at(n), n.Name)
			}
		}
	}
}

// undocumented lists the exported names of a declaration that have no comment.
func undocumented(d ast.Decl) []*ast.Ident {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Doc == nil && d.Name.IsExported() && (d.Recv == nil || receiver(d).IsExported() && !slices.Contains(understood, d.Name.Name)) {
			return []*ast.Ident{d.Name}
		}
	case *ast.GenDecl:
		if d.Doc != nil && d.Lparen.IsValid() {
			return nil // A comment on a group speaks for its members.
		}
		var all []*ast.Ident
		for _, spec := range d.Specs {
			all = append(all, undocumentedSpec(spec, d.Doc != nil)...)
		}
		return all
	}
	return nil
}

func undocumentedSpec(spec ast.Spec, documented bool) []*ast.Ident {
	var names []*ast.Ident
	switch s := spec.(type) {
	case *ast.TypeSpec:
		documented = documented || s.Doc != nil
		names = []*ast.Ident{s.Name}
	case *ast.ValueSpec:
		documented = documented || s.Doc != nil || s.Comment != nil
		names = s.Names
	}
	if documented {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(names), func(n *ast.Ident) bool { return !n.IsExported() })
}

// receiver is the name of a method's type.
func receiver(d *ast.FuncDecl) *ast.Ident {
	typ := d.Recv.List[0].Type
	for {
		switch x := typ.(type) {
		case *ast.Ident:
			return x
		case *ast.StarExpr:
			typ = x.X
		case *ast.IndexExpr:
			typ = x.X
		case *ast.IndexListExpr:
			typ = x.X
		default:
			return ast.NewIdent("_")
		}
	}
}
