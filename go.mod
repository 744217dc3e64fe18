module github.com/inlet-data/inlet

go 1.26

require (
	github.com/aws/aws-sdk-go-v2 v1.47.6 // the S3 client and its types: tasks reach staging buckets as any client does
	github.com/aws/aws-sdk-go-v2/config v1.33.14 // profiles, environment and regions as the aws CLI reads them
	github.com/aws/aws-sdk-go-v2/credentials v1.20.14 // keys, and the role a task takes
	github.com/aws/aws-sdk-go-v2/service/s3 v1.114.7 // staging buckets, here and on AWS
	github.com/aws/aws-sdk-go-v2/service/sts v1.51.7 // AssumeRole, here and on AWS
	github.com/aws/smithy-go v1.28.8 // error codes of the AWS client
	github.com/duckdb/duckdb-go-bindings v0.10505.0 // the engine, by its C interface and in chunks
	github.com/go-mysql-org/go-mysql v1.13.0 // MySQL's handshake and the frames of its binary log; rows are decoded here
	github.com/google/go-cmp v0.7.0 // tests: differences one can read
	github.com/jackc/pgx/v5 v5.7.6 // PostgreSQL's messages for the SQL port; the client of pipeline files and tests
	github.com/klauspost/compress v1.18.3 // GZIP and ZSTD, faster than the standard library, which has no ZSTD
	github.com/minio/crc64nvme v1.1.1 // the checksum that AWS clients send by default, with SIMD
	github.com/rogpeppe/go-internal v1.14.1 // tests: testscript drives the real clients
	github.com/spf13/cobra v1.10.2 // commands, help and completion; in cli only
	go.etcd.io/bbolt v1.4.3 // small durable transactions: object metadata, identities, the outbox
	golang.org/x/text v0.28.0 // character sets of MySQL tables that are not UTF-8, and those of CharacterSetSettings
	gopkg.in/yaml.v3 v3.0.1 // the pipeline file
)

require (
	filippo.io/edwards25519 v1.1.0 // indirect
	github.com/apache/arrow-go/v18 v18.4.1 // indirect
	github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream v1.7.26 // indirect
	github.com/aws/aws-sdk-go-v2/feature/ec2/imds v1.20.6 // indirect
	github.com/aws/aws-sdk-go-v2/internal/configsources v1.5.9 // indirect
	github.com/aws/aws-sdk-go-v2/internal/endpoints/v2 v2.8.9 // indirect
	github.com/aws/aws-sdk-go-v2/internal/v4a v1.5.9 // indirect
	github.com/aws/aws-sdk-go-v2/service/internal/accept-encoding v1.13.24 // indirect
	github.com/aws/aws-sdk-go-v2/service/internal/checksum v1.11.10 // indirect
	github.com/aws/aws-sdk-go-v2/service/internal/presigned-url v1.14.9 // indirect
	github.com/aws/aws-sdk-go-v2/service/internal/s3shared v1.20.9 // indirect
	github.com/aws/aws-sdk-go-v2/service/signin v1.12.2 // indirect
	github.com/aws/aws-sdk-go-v2/service/sso v1.39.2 // indirect
	github.com/aws/aws-sdk-go-v2/service/ssooidc v1.44.2 // indirect
	github.com/duckdb/duckdb-go-bindings/lib/darwin-amd64 v0.10505.0 // indirect
	github.com/duckdb/duckdb-go-bindings/lib/darwin-arm64 v0.10505.0 // indirect
	github.com/duckdb/duckdb-go-bindings/lib/linux-amd64 v0.10505.0 // indirect
	github.com/duckdb/duckdb-go-bindings/lib/linux-arm64 v0.10505.0 // indirect
	github.com/duckdb/duckdb-go-bindings/lib/windows-amd64 v0.10505.0 // indirect
	github.com/goccy/go-json v0.10.5 // indirect
	github.com/google/flatbuffers v25.2.10+incompatible // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/inconshreveable/mousetrap v1.1.0 // indirect
	github.com/jackc/pgpassfile v1.0.0 // indirect
	github.com/jackc/pgservicefile v0.0.0-20240606120523-5a60cdf6a761 // indirect
	github.com/klauspost/cpuid/v2 v2.3.0 // indirect
	github.com/pierrec/lz4/v4 v4.1.22 // indirect
	github.com/pingcap/errors v0.11.5-0.20250318082626-8f80e5cb09ec // indirect
	github.com/pingcap/log v1.1.1-0.20241212030209-7e3ff8601a2a // indirect
	github.com/pingcap/tidb/pkg/parser v0.0.0-20250421232622-526b2c79173d // indirect
	github.com/shopspring/decimal v1.2.0 // indirect
	github.com/spf13/pflag v1.0.9 // indirect
	github.com/zeebo/xxh3 v1.0.2 // indirect
	go.uber.org/atomic v1.11.0 // indirect
	go.uber.org/multierr v1.11.0 // indirect
	go.uber.org/zap v1.27.0 // indirect
	golang.org/x/crypto v0.37.0 // indirect
	golang.org/x/exp v0.0.0-20250408133849-7e4ce0ab07d0 // indirect
	golang.org/x/mod v0.27.0 // indirect
	golang.org/x/sync v0.16.0 // indirect
	golang.org/x/sys v0.35.0 // indirect
	golang.org/x/tools v0.36.0 // indirect
	golang.org/x/xerrors v0.0.0-20240903120638-7835f813f4da // indirect
	gopkg.in/natefinch/lumberjack.v2 v2.2.1 // indirect
)
