package replication

// The settings of endpoints have the names of DMS's members, by which requests,
// answers and extra connection attributes call them, each in its own case. The tags say
// what DescribeEndpointSettings tells: what a number counts, its range, what holds
// where nothing is set, and the meaning. An idle one has no effect in inlet, for the reason
// that follows; checkUnsupported has those that are refused.

// MySQLSettings are settings of a MySQL, MariaDB or Aurora MySQL endpoint.
type MySQLSettings struct {
	AfterConnectScript   *string `json:"AfterConnectScript,omitempty" about:"SQL to run after connecting"`
	CleanSourceMetadata  *bool   `json:"CleanSourceMetadataOnMismatch,omitempty" default:"false" about:"Read table metadata again when it differs" idle:"the shape of a table is read again whenever it changes"`
	DatabaseName         *string `json:"DatabaseName,omitempty" about:"Database; of a source leave it out, since the mapping names schemas"`
	EventsPollInterval   *int    `json:"EventsPollInterval,omitempty" unit:"seconds" range:"1 60" default:"5" about:"How often an idle binary log is looked at" idle:"the server sends changes as they come"`
	TargetDBType         *string `json:"TargetDbType,omitempty" enum:"specific-database multiple-databases" about:"Where a target puts its tables" idle:"it is of targets"`
	MaxFileSize          *int    `json:"MaxFileSize,omitempty" unit:"KB" range:"1 1048576" about:"Size of files of a target" idle:"it is of targets"`
	ParallelLoadThreads  *int    `json:"ParallelLoadThreads,omitempty" range:"1 32" default:"1" about:"Threads that load a target" idle:"it is of targets"`
	Password             *string `json:"Password,omitempty" sensitive:"true" about:"Password"`
	Port                 *int    `json:"Port,omitempty" range:"1 65535" default:"3306" about:"Port"`
	ServerName           *string `json:"ServerName,omitempty" about:"Host"`
	ServerTimezone       *string `json:"ServerTimezone,omitempty" about:"IANA name of the server's time zone" idle:"values of TIMESTAMP are read as UTC, whatever the server is set to"`
	Username             *string `json:"Username,omitempty" about:"User"`
	SecretsRole          *string `json:"SecretsManagerAccessRoleArn,omitempty" about:"Role that may read the secret"`
	Secret               *string `json:"SecretsManagerSecretId,omitempty" about:"Secret with host, port, username and password"`
	ExecuteTimeout       *int    `json:"ExecuteTimeout,omitempty" unit:"seconds" range:"1 2147483647" default:"60" about:"How long a statement may take" idle:"a table is read for as long as that takes"`
	ServiceAccessRole    *string `json:"ServiceAccessRoleArn,omitempty" about:"Role for IAM authentication" idle:"it is for AuthenticationMethod iam"`
	AuthenticationMethod *string `json:"AuthenticationMethod,omitempty" enum:"password iam" default:"password" about:"How to log in"`
}

// PostgreSQLSettings are settings of a PostgreSQL or Aurora PostgreSQL endpoint.
type PostgreSQLSettings struct {
	AfterConnectScript    *string `json:"AfterConnectScript,omitempty" about:"SQL to run after connecting"`
	CaptureDDLs           *bool   `json:"CaptureDdls,omitempty" default:"true" about:"Follow changes of tables' shapes"`
	MaxFileSize           *int    `json:"MaxFileSize,omitempty" unit:"KB" range:"1 1048576" default:"32768" about:"Size of files of a target" idle:"it is of targets"`
	DatabaseName          *string `json:"DatabaseName,omitempty" about:"Database"`
	DDLArtifactsSchema    *string `json:"DdlArtifactsSchema,omitempty" default:"public" about:"Schema of what DDL capture makes" idle:"nothing is made in the source to follow changes of shapes"`
	ExecuteTimeout        *int    `json:"ExecuteTimeout,omitempty" unit:"seconds" range:"1 2147483647" default:"60" about:"How long a statement may take" idle:"a table is read for as long as that takes"`
	FailOnLOBTruncation   *bool   `json:"FailTasksOnLobTruncation,omitempty" default:"false" about:"Fail when a large object is cut"`
	HeartbeatEnable       *bool   `json:"HeartbeatEnable,omitempty" default:"false" about:"Write now and then, so that an idle slot moves on" idle:"an idle slot moves on without writing"`
	HeartbeatSchema       *string `json:"HeartbeatSchema,omitempty" default:"public" about:"Schema of the heartbeat" idle:"an idle slot moves on without writing"`
	HeartbeatFrequency    *int    `json:"HeartbeatFrequency,omitempty" unit:"minutes" range:"1 1440" default:"5" about:"How often" idle:"an idle slot moves on without writing"`
	Password              *string `json:"Password,omitempty" sensitive:"true" about:"Password"`
	Port                  *int    `json:"Port,omitempty" range:"1 65535" default:"5432" about:"Port"`
	ServerName            *string `json:"ServerName,omitempty" about:"Host"`
	Username              *string `json:"Username,omitempty" about:"User"`
	SlotName              *string `json:"SlotName,omitempty" about:"Replication slot that is there already"`
	PluginName            *string `json:"PluginName,omitempty" enum:"no-preference test-decoding pglogical" default:"no-preference" about:"Output plugin; inlet reads pgoutput, which every server has" idle:"changes come by pgoutput"`
	SecretsRole           *string `json:"SecretsManagerAccessRoleArn,omitempty" about:"Role that may read the secret"`
	Secret                *string `json:"SecretsManagerSecretId,omitempty" about:"Secret with host, port, username and password"`
	TrimSpaceInChar       *bool   `json:"TrimSpaceInChar,omitempty" default:"true" about:"Cut blanks at the end of CHAR"`
	MapBooleanAsBoolean   *bool   `json:"MapBooleanAsBoolean,omitempty" default:"false" about:"Give boolean as boolean" idle:"the task loads boolean as its target has it, or as typeMapping says"`
	MapJSONBAsCLOB        *bool   `json:"MapJsonbAsClob,omitempty" default:"false" about:"Give jsonb as CLOB" idle:"jsonb is loaded as text that is as long as the target takes"`
	MapLongVarcharAs      *string `json:"MapLongVarcharAs,omitempty" enum:"wstring clob nclob" default:"wstring" about:"What long varchar becomes" idle:"long varchar is loaded as text"`
	DatabaseMode          *string `json:"DatabaseMode,omitempty" enum:"default babelfish" default:"default" about:"Kind of server"`
	BabelfishDatabaseName *string `json:"BabelfishDatabaseName,omitempty" about:"Database of Babelfish"`
	DisableUnicodeFilter  *bool   `json:"DisableUnicodeSourceFilter,omitempty" default:"false" about:"Write filters without Unicode literals" idle:"filters are written for the engine"`
	ServiceAccessRole     *string `json:"ServiceAccessRoleArn,omitempty" about:"Role for IAM authentication" idle:"it is for AuthenticationMethod iam"`
	AuthenticationMethod  *string `json:"AuthenticationMethod,omitempty" enum:"password iam" default:"password" about:"How to log in"`
}

// RedshiftSettings are settings of an Amazon Redshift endpoint.
type RedshiftSettings struct {
	AcceptAnyDate       *bool   `json:"AcceptAnyDate,omitempty" default:"false" about:"Load dates that are none as NULL"`
	AfterConnectScript  *string `json:"AfterConnectScript,omitempty" about:"SQL to run after connecting"`
	BucketFolder        *string `json:"BucketFolder,omitempty" about:"Folder of the files in the bucket"`
	BucketName          *string `json:"BucketName,omitempty" about:"Bucket of the files; without it one named dms-… is made"`
	CaseSensitiveNames  *bool   `json:"CaseSensitiveNames,omitempty" default:"false" about:"Keep the case of names"`
	CompUpdate          *bool   `json:"CompUpdate,omitempty" default:"true" about:"Let COPY choose encodings of empty tables"`
	ConnectionTimeout   *int    `json:"ConnectionTimeout,omitempty" unit:"milliseconds" range:"0 2147483647" about:"How long connecting may take"`
	DatabaseName        *string `json:"DatabaseName,omitempty" about:"Database"`
	DateFormat          *string `json:"DateFormat,omitempty" about:"COPY's DATEFORMAT"`
	EmptyAsNull         *bool   `json:"EmptyAsNull,omitempty" default:"false" about:"Load empty texts as NULL"`
	EncryptionMode      *string `json:"EncryptionMode,omitempty" values:"sse-s3 sse-kms" default:"sse-s3" about:"Encryption of the files"`
	ExplicitIDs         *bool   `json:"ExplicitIds,omitempty" default:"false" about:"Load values into IDENTITY columns"`
	UploadStreams       *int    `json:"FileTransferUploadStreams,omitempty" range:"1 64" default:"10" about:"Streams that upload files"`
	LoadTimeout         *int    `json:"LoadTimeout,omitempty" unit:"seconds" range:"0 2147483647" about:"How long a statement may take"`
	MaxFileSize         *int    `json:"MaxFileSize,omitempty" unit:"KB" range:"1 1048576" default:"32768" about:"Size of the files"`
	Password            *string `json:"Password,omitempty" sensitive:"true" about:"Password"`
	Port                *int    `json:"Port,omitempty" range:"1 65535" default:"5439" about:"Port"`
	RemoveQuotes        *bool   `json:"RemoveQuotes,omitempty" default:"false" about:"Cut quotes around values"`
	ReplaceInvalidChars *string `json:"ReplaceInvalidChars,omitempty" about:"Characters to replace"`
	ReplaceChars        *string `json:"ReplaceChars,omitempty" default:"?" about:"What replaces them"`
	ServerName          *string `json:"ServerName,omitempty" about:"Host"`
	ServiceAccessRole   *string `json:"ServiceAccessRoleArn,omitempty" about:"Role that writes and reads the files; dms-access-for-endpoint when there is none"`
	KMSKey              *string `json:"ServerSideEncryptionKmsKeyId,omitempty" about:"Key of the files"`
	TimeFormat          *string `json:"TimeFormat,omitempty" about:"COPY's TIMEFORMAT"`
	TrimBlanks          *bool   `json:"TrimBlanks,omitempty" default:"false" about:"Cut blanks at the end of VARCHAR"`
	TruncateColumns     *bool   `json:"TruncateColumns,omitempty" default:"false" about:"Cut texts that are too long"`
	Username            *string `json:"Username,omitempty" about:"User"`
	WriteBufferSize     *int    `json:"WriteBufferSize,omitempty" unit:"KB" range:"1 2147483647" default:"1000" about:"Buffer while a file is written" idle:"files are written in buffers of their own size"`
	SecretsRole         *string `json:"SecretsManagerAccessRoleArn,omitempty" about:"Role that may read the secret"`
	Secret              *string `json:"SecretsManagerSecretId,omitempty" about:"Secret with host, port, username and password"`
	MapBooleanAsBoolean *bool   `json:"MapBooleanAsBoolean,omitempty" default:"false" about:"Give boolean as boolean" idle:"the task loads boolean as its target has it, or as typeMapping says"`
}
