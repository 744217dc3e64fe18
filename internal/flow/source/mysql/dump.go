package mysql

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"time"

	gomysql "github.com/go-mysql-org/go-mysql/mysql"

	"github.com/inlet-data/inlet/internal/fault"
)

// register announces the session as a replica with a number of its own.
func (c *conn) register(serverID uint32) error {
	p := binary.LittleEndian.AppendUint32([]byte{0, 0, 0, 0, gomysql.COM_REGISTER_SLAVE}, serverID)
	p = append(p, 0, 0, 0)                // Host, user, password: for SHOW REPLICA HOSTS only.
	p = append(p, make([]byte, 2+4+4)...) // Port, rank, master.
	c.ResetSequence()
	if err := c.WritePacket(p); err != nil {
		return err
	}
	answer, err := c.ReadPacket()
	if err != nil {
		return err
	}
	return failure(answer)
}

const (
	heartbeat = 5 * time.Second  // How often the server speaks when it has nothing to say.
	silence   = 30 * time.Second // After which it is taken for dead.
)

// dump asks for the log from a position and returns the events to come.
func (c *conn) dump(from position, serverID uint32) (*wire, error) {
	setup := []string{
		"SET @master_binlog_checksum = 'NONE', @source_binlog_checksum = 'NONE'",
		fmt.Sprintf("SET @master_heartbeat_period = %[1]d, @source_heartbeat_period = %[1]d", heartbeat.Nanoseconds()),
	}
	if c.mariadb() {
		setup = append(setup, "SET @mariadb_slave_capability = 4")
		if from.gtid != "" {
			setup = append(setup, "SET @slave_connect_state = "+quote(from.gtid), "SET @slave_gtid_strict_mode = 1")
		}
	}
	for _, q := range setup {
		if _, err := c.query(q); err != nil {
			return nil, err
		}
	}
	if err := c.register(serverID); err != nil {
		return nil, c.refused(err)
	}
	command, err := dumpCommand(c.mariadb(), from, serverID)
	if err != nil {
		return nil, err
	}
	c.ResetSequence()
	if err := c.WritePacket(command); err != nil {
		return nil, err
	}
	return &wire{r: bufio.NewReaderSize(c.Conn.Conn.Conn, wireBuffer)}, nil
}

func dumpCommand(mariadb bool, from position, serverID uint32) ([]byte, error) {
	file, offset := from.file, max(from.offset, 4)
	if mariadb || from.gtid == "" {
		if from.gtid != "" {
			file, offset = "", 4 // The server finds the place by the transactions it was told.
		}
		if offset > math.MaxUint32 {
			return nil, from.tooFar()
		}
		p := binary.LittleEndian.AppendUint32([]byte{0, 0, 0, 0, gomysql.COM_BINLOG_DUMP}, uint32(offset))
		p = binary.LittleEndian.AppendUint32(append(p, 0, 0), serverID)
		return append(p, file...), nil
	}
	set, err := gomysql.ParseMysqlGTIDSet(from.gtid)
	if err != nil {
		return nil, fmt.Errorf("GTID set %q: %w", from.gtid, err)
	}
	encoded := set.Encode()
	p := binary.LittleEndian.AppendUint32([]byte{0, 0, 0, 0, gomysql.COM_BINLOG_DUMP_GTID, 0, 0}, serverID)
	p = binary.LittleEndian.AppendUint32(p, 0) // No file.
	p = binary.LittleEndian.AppendUint64(p, 4)
	p = binary.LittleEndian.AppendUint32(p, uint32(len(encoded)))
	return append(p, encoded...), nil
}

// refused explains why the log is not sent.
func (c *conn) refused(err error) error {
	switch codeOf(err) {
	case errPrivilegeDenied, errAccessDenied:
		return &fault.Error{Kind: fault.Denied, Code: "SourceGrant", Message: "the user may not read the binary log", Hint: "GRANT REPLICATION SLAVE ON *.* TO the user", Err: err}
	case errNoBinaryLogging:
		return logOff()
	case errMasterFatal:
		return fatal(err)
	}
	return explain(err)
}

// fatal tells a log that is gone from a number that is taken, which the server
// reports under one code.
func fatal(err error) error {
	text := err.Error()
	if strings.Contains(text, "same server_uuid/server_id") {
		return &fault.Error{Kind: fault.Conflict, Code: "SourceServerID", Message: "another replica reads the log under the same server_id", Err: err}
	}
	if strings.Contains(text, "Binary log is not open") {
		return logOff()
	}
	return &fault.Error{Kind: fault.Conflict, Code: CodePurged, Err: err,
		Message: "Error 1236 reading binary log: it no longer holds the changes after the position",
		Hint: "load the tables again; to keep the log longer: SET GLOBAL binlog_expire_logs_seconds = 604800 (expire_logs_days = 7 before MySQL 8.0 and MariaDB 10.6," +
			" CALL mysql.rds_set_configuration('binlog retention hours', 168) on RDS)"}
}
