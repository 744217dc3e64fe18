# make test is all there is to prove: every package, the fuzz seeds, the scripts of e2e.
# FLAGS go to go test, ROWS to the benchmark, ROUNDS to the soak, FUZZTIME to each fuzz target.
SHELL    := /bin/bash
FLAGS    ?=
ROWS     ?= 10000000
ROUNDS   ?= 300
FUZZTIME ?= 60s
SEED     ?= 1
SEEDS    ?= 20
LENGTH   ?= 10s

# The venv of e2e/clients/install stands first when a client was missing.
export PATH := $(CURDIR)/.tools/bin:$(PATH)

.PHONY: build test e2e mysql lint bench soak workload fuzz check clients terraform

build: check-build
	go build -o bin/inlet ./cmd/inlet

test: check clients
	go test $(FLAGS) ./...

e2e: check clients
	go test $(FLAGS) ./e2e

# The pipeline by Terraform, for whoever has it.
terraform: check
	@e2e/terraform/run

# The source against a real MySQL, which distributions carry no more: unpacked where Debian's packages are to be had.
mysql: check-build
	internal/flow/source/mysql/mariadbtest/unpack-mysql .tools/mysql
	MYSQL_ROOT=$(CURDIR)/.tools/mysql/server go test -tags mysqld -run TestMySQL $(FLAGS) ./internal/flow/source/mysql

lint: check-build
	@bad=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$bad" ] || { echo "not gofmt-clean: $$bad" >&2; exit 1; }
	go vet ./...
	go test ./internal/lint

bench: check-build
	go run ./internal/bench -rows $(ROWS)

# What crashes do to acknowledged data: docs/reliability.md.
soak: check-build
	go run ./internal/soak -rounds $(ROUNDS)

# What crashes do to tables that are replicated: SEEDS of internal/workload for each database, LENGTH each.
workload: check-build
	go test -count 1 -timeout 6h -v ./internal/workload -run TestWorkload -seed $(SEED) -seeds $(SEEDS) -length $(LENGTH)

fuzz: check-build
	@set -e; grep -rl --include=*_test.go '^func Fuzz' internal | while read -r file; do \
		for name in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$$file"); do \
			echo "$$name in $$(dirname "$$file")"; \
			go test ./"$$(dirname "$$file")" -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME); \
		done; done

# Each missing thing is one line that says how to get it.
define need
command -v $(1) >/dev/null 2>&1 || { echo "missing $(1): $(2)" >&2; bad=1; }
endef

.PHONY: check-build
check-build:
	@bad=; \
	$(call need,go,install Go 1.26 from https://go.dev/dl); \
	$(call need,gcc,sudo apt-get install gcc   (macOS: xcode-select --install)); \
	$(call need,g++,sudo apt-get install g++   (macOS: xcode-select --install)); \
	[ -z "$$bad" ]

check: check-build
	@bad=; \
	$(call need,psql,sudo apt-get install postgresql-client   (macOS: brew install libpq && brew link --force libpq)); \
	$(call need,jq,sudo apt-get install jq   (macOS: brew install jq)); \
	$(call need,python3,sudo apt-get install python3 python3-venv   (macOS: brew install python)); \
	$(call need,node,sudo apt-get install nodejs   (macOS: brew install node)); \
	$(call need,npm,sudo apt-get install npm   (macOS: brew install node)); \
	[ -x /usr/sbin/mariadbd ] || { $(call need,mariadbd,sudo apt-get install mariadb-server   (macOS: brew install mariadb)); }; \
	ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || { $(call need,postgres,sudo apt-get install postgresql   (macOS: brew install postgresql@16)); }; \
	[ -z "$$bad" ]

clients:
	@e2e/clients/install
