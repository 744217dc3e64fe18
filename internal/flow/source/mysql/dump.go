package mysql

import (
	"encoding/binary"

	gomysql "github.com/go-mysql-org/go-mysql/mysql"
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
