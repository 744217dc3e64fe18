package mysql

import (
	"fmt"
	"slices"
	"strings"

	gomysql "github.com/go-mysql-org/go-mysql/mysql"
	"github.com/go-mysql-org/go-mysql/replication"
)

// transactions are those seen so far, as the server numbers them.
type transactions struct {
	domains map[uint32]gomysql.MariadbGTID // MariaDB's: the last of each domain.
	set     gomysql.GTIDSet                // MySQL's.
	lost    bool                           // They have numbers that cannot be followed: the file and offset must do.

	maria gomysql.MariadbGTID    // Of the transaction that is read.
	mysql *replication.GTIDEvent // The same.
}

func parseTransactions(mariadb bool, text string) (*transactions, error) {
	t := &transactions{domains: map[uint32]gomysql.MariadbGTID{}}
	if text == "" {
		t.lost = !mariadb // On MariaDB nothing may have been logged yet.
		return t, nil
	}
	if !mariadb {
		var err error
		t.set, err = gomysql.ParseMysqlGTIDSet(text)
		return t, err
	}
	for word := range strings.SplitSeq(text, ",") {
		g, err := gomysql.ParseMariadbGTID(word)
		if err != nil {
			return nil, fmt.Errorf("GTID %q: %w", word, err)
		}
		t.domains[g.DomainID] = *g
	}
	return t, nil
}

// commit adds the transaction that was read.
func (t *transactions) commit() {
	if t.maria.SequenceNumber != 0 {
		t.domains[t.maria.DomainID] = t.maria
		t.maria = gomysql.MariadbGTID{}
	}
	if e := t.mysql; e != nil && !t.lost && e.GNO != 0 {
		s := e.SID
		t.lost = t.set.Update(fmt.Sprintf("%x-%x-%x-%x-%x:%d", s[:4], s[4:6], s[6:8], s[8:10], s[10:16], e.GNO)) != nil
	}
	t.mysql = nil
}

// String is empty when the numbers cannot be gone on from.
func (t *transactions) String() string {
	if t.lost {
		return ""
	}
	if t.set != nil {
		return t.set.String()
	}
	all := make([]string, 0, len(t.domains))
	for _, g := range t.domains {
		all = append(all, g.String())
	}
	slices.Sort(all)
	return strings.Join(all, ",")
}
