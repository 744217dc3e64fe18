package expression

import (
	"math"
	"math/bits"
)

// operation makes the node of an operator with two operands.
func operation(sign string, left, right node) node {
	switch sign {
	case "and", "or":
		return junction{left, right, sign == "and"}
	case "||":
		return concatenation{left, right}
	case "=", "==":
		return comparison{left, right, "="}
	case "<>", "!=":
		return comparison{left, right, "<>"}
	case "<", "<=", ">", ">=":
		return comparison{left, right, sign}
	}
	return arithmetic{left, right, sign}
}

// both evaluates two operands.
func both(env *Env, left, right node) (a, b Value, err error) {
	if a, err = left.eval(env); err != nil {
		return a, b, err
	}
	b, err = right.eval(env)
	return a, b, err
}

// junction is AND or OR, with NULL for what is not known.
type junction struct {
	left, right node
	all         bool // AND.
}

func (n junction) eval(env *Env) (Value, error) {
	a, err := n.left.eval(env)
	if err != nil {
		return Value{}, err
	}
	x, null := a.holds()
	if !null && x != n.all {
		return truth(x), nil
	}
	b, err := n.right.eval(env)
	if err != nil {
		return Value{}, err
	}
	y, unknown := b.holds()
	switch {
	case !unknown && y != n.all:
		return truth(y), nil
	case null || unknown:
		return Value{}, nil
	}
	return truth(n.all), nil
}

type negation struct{ of node }

func (n negation) eval(env *Env) (Value, error) {
	v, err := n.of.eval(env)
	yes, null := v.holds()
	if err != nil || null {
		return Value{}, err
	}
	return truth(!yes), nil
}

type isNull struct {
	of  node
	not bool
}

func (n isNull) eval(env *Env) (Value, error) {
	v, err := n.of.eval(env)
	return truth((v.Kind == Null) != n.not), err
}

type comparison struct {
	left, right node
	sign        string
}

func (n comparison) eval(env *Env) (Value, error) {
	a, b, err := both(env, n.left, n.right)
	if err != nil || a.Kind == Null || b.Kind == Null {
		return Value{}, err
	}
	c := compare(lean(a, b, leans(n.left, env), leans(n.right, env)))
	switch n.sign {
	case "=":
		return truth(c == 0), nil
	case "<>":
		return truth(c != 0), nil
	case "<":
		return truth(c < 0), nil
	case "<=":
		return truth(c <= 0), nil
	case ">":
		return truth(c > 0), nil
	}
	return truth(c >= 0), nil
}

// identity is IS, for which NULL is a value like others.
type identity struct {
	left, right node
	not         bool
}

func (n identity) eval(env *Env) (Value, error) {
	a, b, err := both(env, n.left, n.right)
	if err != nil {
		return Value{}, err
	}
	same := a.Kind == b.Kind
	if a.Kind != Null && b.Kind != Null {
		same = compare(lean(a, b, leans(n.left, env), leans(n.right, env))) == 0
	}
	return truth(same != n.not), nil
}

// membership is IN with a list.
type membership struct {
	of   node
	list []node
}

func (n membership) eval(env *Env) (Value, error) {
	v, err := n.of.eval(env)
	if err != nil || len(n.list) == 0 {
		return truth(false), err
	}
	unknown := v.Kind == Null
	for _, one := range n.list {
		w, err := one.eval(env)
		if err != nil {
			return Value{}, err
		}
		if w.Kind == Null || v.Kind == Null {
			unknown = true
		} else if compare(lean(v, w, leans(n.of, env), none)) == 0 {
			return truth(true), nil
		}
	}
	if unknown {
		return Value{}, nil
	}
	return truth(false), nil
}

type concatenation struct{ left, right node }

func (n concatenation) eval(env *Env) (Value, error) {
	a, b, err := both(env, n.left, n.right)
	if err != nil || a.Kind == Null || b.Kind == Null {
		return Value{}, err
	}
	x, y := a.text(), b.text()
	if len(x)+len(y) > longest {
		return Value{}, errTooLong
	}
	return String(x + y), nil
}

type sign struct {
	of   node
	sign string
}

func (n sign) eval(env *Env) (Value, error) {
	v, err := n.of.eval(env)
	if err != nil || v.Kind == Null {
		return Value{}, err
	}
	if n.sign == "~" {
		return Int(^v.integer()), nil
	}
	v = v.number()
	if v.Kind == Integer && v.Int != math.MinInt64 {
		return Int(-v.Int), nil
	}
	return Float(-v.real()), nil
}

type arithmetic struct {
	left, right node
	sign        string
}

func (n arithmetic) eval(env *Env) (Value, error) {
	a, b, err := both(env, n.left, n.right)
	if err != nil || a.Kind == Null || b.Kind == Null {
		return Value{}, err
	}
	a, b = a.number(), b.number()
	switch n.sign {
	case "&":
		return Int(a.integer() & b.integer()), nil
	case "|":
		return Int(a.integer() | b.integer()), nil
	case "<<":
		return Int(shift(a.integer(), b.integer())), nil
	case ">>":
		return Int(shift(a.integer(), -max(b.integer(), -math.MaxInt64))), nil
	case "%":
		return remainder(a, b), nil
	}
	if a.Kind == Integer && b.Kind == Integer {
		if v, ok := whole(n.sign, a.Int, b.Int); ok {
			return v, nil
		}
	}
	return fractional(n.sign, a.real(), b.real()), nil
}

// whole calculates with integers, and does not when the outcome would be none.
func whole(sign string, a, b int64) (v Value, ok bool) {
	switch sign {
	case "+":
		c := a + b
		return Int(c), (c > a) == (b > 0)
	case "-":
		c := a - b
		return Int(c), (c < a) == (b > 0)
	case "*":
		return product(a, b)
	}
	if b == 0 {
		return Value{}, true
	}
	return Int(a / b), a != math.MinInt64 || b != -1
}

func product(a, b int64) (v Value, ok bool) {
	high, low := bits.Mul64(magnitude(a), magnitude(b))
	negative := (a < 0) != (b < 0)
	if high != 0 || low > math.MaxInt64 {
		return Int(math.MinInt64), high == 0 && negative && low == 1<<63
	}
	if negative {
		return Int(-int64(low)), true
	}
	return Int(int64(low)), true
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

func fractional(sign string, a, b float64) Value {
	switch sign {
	case "+":
		return Float(a + b)
	case "-":
		return Float(a - b)
	case "*":
		return Float(a * b)
	}
	if b == 0 {
		return Value{}
	}
	return Float(a / b)
}

// remainder is of the integers in two numbers, but a real when one of them is.
func remainder(a, b Value) Value {
	x, y := a.integer(), b.integer()
	if y == 0 {
		return Value{}
	}
	if y == -1 {
		x = 0 // The least integer has no counterpart to be divided into.
	}
	if a.Kind == Integer && b.Kind == Integer {
		return Int(x % y)
	}
	return Float(float64(x % y))
}

// shift moves bits to the left, or to the right when it is negative.
func shift(n, by int64) int64 {
	switch {
	case by >= 64:
		return 0
	case by >= 0:
		return n << by
	case by > -64:
		return n >> -by
	case n < 0:
		return -1
	}
	return 0
}

// choice is CASE, with a value to compare or without.
type choice struct {
	of         node
	when, then []node
	otherwise  node
}

func (n choice) eval(env *Env) (Value, error) {
	var of Value
	if n.of != nil {
		var err error
		if of, err = n.of.eval(env); err != nil {
			return Value{}, err
		}
	}
	for i, when := range n.when {
		v, err := when.eval(env)
		if err != nil {
			return Value{}, err
		}
		yes := false
		if n.of == nil {
			yes, _ = v.holds()
		} else if of.Kind != Null && v.Kind != Null {
			yes = compare(lean(of, v, leans(n.of, env), leans(when, env))) == 0
		}
		if yes {
			return n.then[i].eval(env)
		}
	}
	if n.otherwise == nil {
		return Value{}, nil
	}
	return n.otherwise.eval(env)
}
