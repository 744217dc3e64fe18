package orc

import (
	"fmt"
	"strings"
)

// Kind is a type of ORC.
type Kind uint8

// The types, with their numbers in files.
const (
	Boolean Kind = iota
	Byte
	Short
	Int
	Long
	Float
	Double
	String
	Binary
	Timestamp
	List
	Map
	Struct
	Union
	Decimal
	Date
	Varchar
	Char
	Instant // a timestamp with local time zone
	kinds
)

var kindNames = [...]string{"boolean", "tinyint", "smallint", "int", "bigint", "float", "double", "string", "binary", "timestamp",
	"array", "map", "struct", "uniontype", "decimal", "date", "varchar", "char", "timestamp with local time zone"}

// String is the type's name in ORC's own schemas.
func (k Kind) String() string { return kindNames[k] }

// Type is a column's type.
type Type struct {
	Kind             Kind
	Length           int // of CHAR and VARCHAR
	Precision, Scale int
	Names            []string // of a struct's fields
	Children         []*Type

	id int
}

// Limits of schemas.
const (
	maxTypes = 20_000
	maxDepth = 100
)

// String prints the type as ORC's own tools do.
func (t *Type) String() string {
	switch t.Kind {
	case Decimal:
		return fmt.Sprintf("decimal(%d,%d)", t.Precision, t.Scale)
	case Varchar, Char:
		return fmt.Sprintf("%s(%d)", t.Kind, t.Length)
	case List, Map, Struct, Union:
		parts := make([]string, len(t.Children))
		for i, c := range t.Children {
			parts[i] = c.String()
			if t.Kind == Struct {
				parts[i] = t.Names[i] + ":" + parts[i]
			}
		}
		return t.Kind.String() + "<" + strings.Join(parts, ",") + ">"
	}
	return t.Kind.String()
}

// rawType is a type as the footer lists it.
type rawType struct {
	Type
	children []uint64
}

func readType(b []byte) (t rawType, err error) {
	var kind, length, precision, scale uint64
	err = fields(b, func(f field) error {
		switch f.number {
		case 1:
			kind = f.value
		case 2:
			return f.numbers(func(v uint64) { t.children = append(t.children, v) })
		case 3:
			t.Names = append(t.Names, string(f.bytes))
		case 4:
			length = f.value
		case 5:
			precision = f.value
		case 6:
			scale = f.value
		}
		return nil
	})
	if err == nil && kind >= uint64(kinds) {
		err = invalid("type %d is not known", kind)
	}
	if err == nil && (precision > 38 || scale > 38 || length > 1<<31-1) {
		err = invalid("a type has a precision of %d, a scale of %d and a length of %d", precision, scale, length)
	}
	t.Kind, t.Length, t.Precision, t.Scale = Kind(kind), int(length), int(precision), int(scale)
	return t, err
}

// tree joins the listed types. Each but the first has one parent, which comes before it.
func tree(all []rawType) (*Type, error) {
	if len(all) == 0 {
		return nil, invalid("it has no types")
	}
	nodes, depth, used := make([]Type, len(all)), make([]int, len(all)), make([]bool, len(all))
	for i := range all {
		nodes[i] = all[i].Type
		nodes[i].id = i
		for _, c := range all[i].children {
			if c >= uint64(len(all)) || int(c) <= i || used[c] || depth[i] >= maxDepth {
				return nil, invalid("its types form no tree")
			}
			used[c], depth[c] = true, depth[i]+1
			nodes[i].Children = append(nodes[i].Children, &nodes[c])
		}
		if err := nodes[i].check(); err != nil {
			return nil, err
		}
	}
	return &nodes[0], nil
}

// check compares the number of children with what the kind wants.
func (t *Type) check() error {
	n, good := len(t.Children), true
	switch t.Kind {
	case Struct:
		good = n == len(t.Names) && n > 0
	case List:
		good = n == 1
	case Map:
		good = n == 2
	case Union:
		good = n > 0 && n <= 256
	default:
		good = n == 0
	}
	if !good {
		return invalid("a %s has %d children", t.Kind, n)
	}
	return nil
}
