# The front door. `make` lists what there is; each target sets up what it needs and is quick the second time.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# One target tree and one profile for all tools: cargo, maturin and napi build everything twice over where these differ.
export CARGO_BUILD_TARGET := $(or $(CARGO_BUILD_TARGET),$(shell rustc -vV | sed -n 's/^host: //p'))
export CARGO_TARGET_DIR := $(CURDIR)/target
export PYO3_BUILD_EXTENSION_MODULE := 1

DEBUG := $(CARGO_TARGET_DIR)/$(CARGO_BUILD_TARGET)/debug
LIBRARY := cargo build -q -p lifestage-ffi
C := $(LIBRARY); $(MAKE) -C tests/c LIB_DIR=$(DEBUG)
PYTHON := $(MAKE) -C bindings-python
NODE := $(MAKE) -C bindings-node
JAVA := $(LIBRARY); $(MAKE) -C bindings-java NATIVE_DIR=$(DEBUG)
TESTS := cargo run -q -p lifestage-tests

.PHONY: help
help: ## What there is to make
	@sed -nE 's/^([a-z]+):.*## /\1\t/p' Makefile | expand -t 12

.PHONY: demo
demo: ## Make up an operator of 50,000 customers, divide its new ones, run the monthly cycle, show what comes of it
	@tests/steps demo 'build: $(PYTHON) build'
	@$(PYTHON) -s demo FOLDER=$(notdir $(CARGO_TARGET_DIR))/demo

.PHONY: test
test: ## Run every test in every language; the last line is the result
	@tests/steps test \
	    'vectors: $(TESTS) --bin vectors' \
	    'rust: cargo test --workspace --no-fail-fast' \
	    'c: $(C) run' \
	    'python: $(PYTHON) test' \
	    'node: $(NODE) test' \
	    'java: $(JAVA) test' || true
	@test -d ../shared/data || echo 'did not run: the tests on real data, for there is no ../shared/data'
	@$(TESTS) --bin tally

.PHONY: check
check: ## Formats, lints, types, documentation, generated files in sync
	@tests/steps check \
	    'rustfmt: cargo fmt --all --check' \
	    'clippy: cargo clippy --workspace --all-targets --locked -- -D warnings' \
	    'rustdoc: RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps' \
	    'header: cargo test -p lifestage-ffi --test header' \
	    'generated: $(TESTS) --bin generate -- --check' \
	    'c: $(C) programs' \
	    'python: $(PYTHON) check' \
	    'node: $(NODE) check' \
	    'java: $(JAVA) check'

.PHONY: generate
generate: ## Write what is generated: C header, Node and Python typings, JSON Schemas, docs, the README's examples
	BLESS=1 cargo test -q -p lifestage-ffi --test header
	$(TESTS) --bin generate
	$(NODE) generate
	$(PYTHON) generate

.PHONY: bench
bench: package ## Measure what is shipped against peers and the memory's bandwidth; QUICK=1 takes two minutes of measuring
	cargo build -q --profile $(PROFILE) -p lifestage-bench
	$(MAKE) -C benches run BUILT=$(BUILT)

# Of stable Rust: what cargo-fuzz would pass, without sanitizers.
FUZZ_TARGETS := policy condition record view batch registry sheet log
FUZZ_SECONDS ?= 60
FUZZ_FLAGS := -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing
FUZZ := $(CARGO_TARGET_DIR)/fuzz

.PHONY: fuzz
fuzz: ## Arbitrary input for what reads input, FUZZ_SECONDS=60 for each target
	RUSTFLAGS="$(FUZZ_FLAGS)" CARGO_TARGET_DIR=$(FUZZ) cargo build -q --release --locked --manifest-path fuzz/Cargo.toml
	@for target in $(FUZZ_TARGETS); do \
	    echo "$$target"; mkdir -p $(FUZZ)/corpus/$$target $(FUZZ)/found; \
	    $(FUZZ)/$(CARGO_BUILD_TARGET)/release/$$target $(FUZZ)/corpus/$$target fuzz/corpus/$$target \
	        -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=4096 -max_len=4096 -artifact_prefix=$(FUZZ)/found/ \
	        -print_final_stats=1 >$(FUZZ)/$$target.log 2>&1 || { tail -n 40 $(FUZZ)/$$target.log; exit 1; }; \
	    grep -E 'number_of_executed_units|new_units_added' $(FUZZ)/$$target.log; \
	done

# PROFILE=dev installs the debug build, which is there already: the tests do.
PREFIX ?= /usr/local
PROFILE ?= dist
BUILT = $(CARGO_TARGET_DIR)/$(CARGO_BUILD_TARGET)/$(PROFILE:dev=debug)
INSTALLED = $(DESTDIR)$(PREFIX)

# Not with the rlib that tests link: where one is made, nothing is optimised at link time.
SHIPPED_LIBRARY = cargo rustc -p lifestage-ffi --lib --crate-type cdylib,staticlib --profile $(PROFILE)

INSTALLED_SHARE = $(INSTALLED)/share/lifestage
INSTALLED_DOC = $(INSTALLED)/share/doc/lifestage

.PHONY: install
install: ## Put the C header, libraries, pkg-config files, documents and examples under PREFIX (/usr/local)
	$(SHIPPED_LIBRARY)
	install -d $(INSTALLED)/include $(INSTALLED)/lib/pkgconfig
	install -m 644 include/lifestage.h $(INSTALLED)/include
	install -m 644 $(BUILT)/liblifestage.a $(INSTALLED)/lib
	install -m 755 $(BUILT)/liblifestage.so $(INSTALLED)/lib/liblifestage.so.0
	ln -sf liblifestage.so.0 $(INSTALLED)/lib/liblifestage.so
	version=$$(cargo pkgid -p lifestage-ffi | sed 's/.*[@#]//'); \
	for file in lifestage lifestage-static; do \
	    sed "s|@prefix@|$(PREFIX)|; s|@version@|$$version|" ffi/$$file.pc.in >$(INSTALLED)/lib/pkgconfig/$$file.pc; \
	done
	install -d $(INSTALLED_SHARE) $(INSTALLED_DOC)/operations $(INSTALLED_DOC)/handles $(INSTALLED_DOC)/examples
	install -m 644 ffi/lifestage.supp $(INSTALLED_SHARE)
	install -m 644 docs/facts.md docs/codes.md docs/operations.md docs/handles.md $(INSTALLED_DOC)
	install -m 644 docs/operations/*.md docs/operations/*.json $(INSTALLED_DOC)/operations
	install -m 644 docs/handles/*.md $(INSTALLED_DOC)/handles
	install -m 644 examples/c/* $(INSTALLED_DOC)/examples
	du --apparent-size -h $(INSTALLED)/lib/liblifestage.so.0 $(INSTALLED)/lib/liblifestage.a

PACKAGES := $(CARGO_TARGET_DIR)/packages

.PHONY: package
package: ## Build what is shipped into target/packages: the Python wheel, the npm tarball, the jar and its sources
	rm -rf $(PACKAGES)
	$(SHIPPED_LIBRARY)
	$(PYTHON) package
	$(NODE) package
	$(MAKE) -C bindings-java package NATIVE_DIR=$(BUILT)
	@cd $(PACKAGES); ls -lh | awk 'NR > 1 { print $$5 "\t" $$9 }'

.PHONY: clean
clean: ## Remove everything that was built or installed into the checkout
	$(NODE) clean
	rm -rf target .venv
