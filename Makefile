# Commands for people; `make help` lists them. Each sets up what it needs.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

BINDGEN_VERSION := $(shell sed -n '/^name = "wasm-bindgen"$$/{n;s/version = "\(.*\)"/\1/p;}' Cargo.lock)
BINDGEN_HOME := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/scimhook/wasm-bindgen-$(BINDGEN_VERSION)
BINDGEN := $(BINDGEN_HOME)/bin/wasm-bindgen
DENY_VERSION := 0.20.2
DENY_HOME := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/scimhook/cargo-deny-$(DENY_VERSION)
DENY := $(DENY_HOME)/bin/cargo-deny
WASM_OPT := tests/node_modules/.bin/wasm-opt
TARGET := wasm32-unknown-unknown
# Chosen by measuring size and `make bench` together: how large a function is inlined (the default of `opt-level` "z" is
# 5). With it an unchanged login takes a third longer, and a tenth longer with 15; a request to a simulated provider
# takes half as long again (whose module would be 16 kB of gzip smaller; by "s" it is no faster and 29 kB larger).
# Merging functions into their one caller makes the plugin smaller and, since locals then have long numbers, its gzip
# 14 kB larger.
PLUGIN_INLINE := 40
SIM_INLINE := 15
# Where a crate lies on the machine that builds is nobody's business, and changes the module's bytes.
CARGO_SOURCES := $(or $(CARGO_HOME),$(HOME)/.cargo)/registry/src
RUST_FLAGS := --remap-path-prefix=$(CARGO_SOURCES)=crates
# Two passes that V8 makes good anyway are left out; nothing of ours lies in the first kilobyte (the stack begins there),
# which lets constants move into offsets; blocks are laid anew from flat code, which finds shorter ones; and functions
# stand by name in the end: those made of one generic function are neighbours then, which takes 2.4 kB off the gzip.
PLUGIN_OPT := -Os --low-memory-unused --one-caller-inline-max-function-size=25 --skip-pass=local-cse --skip-pass=merge-blocks --flatten --rereloop -Os
# Node 20 does not take all that wasm-opt knows.
WASM_FEATURES := --enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext --enable-mutable-globals --enable-reference-types --enable-multivalue
SOURCES := $(shell find src -name '*.rs' -not -path 'src/sim/*') Cargo.toml Cargo.lock
BUNDLED := $(filter-out pkg/bundle.js pkg/core_wasm_base64.js pkg/scimhook_core.js pkg/scimhook_sim.js, $(wildcard pkg/*.js))
SIM_SOURCES := $(shell find src/sim -name '*.rs') src/lib.rs Cargo.toml Cargo.lock
WWW_SOURCES := $(wildcard www/*.json www/*.html www/*.ts) $(shell find www/src -type f) pkg/testing.js pkg/host.js

.PHONY: help setup build test check demo bench load mutants simulate fuzz www www-build www-test clean

help: ## Says what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

www: www-build ## Builds the config tester and serves it on this machine (PORT=4173)
	@cd www && exec node_modules/.bin/vite preview --host 127.0.0.1 --port $(or $(PORT),4173)

www-build: www/dist/index.html ## Builds the config tester's static files in www/dist

www-test: setup www-build ## Tests the config tester, in Chromium and Firefox
	@tests/browser/run.sh

demo: build ## Runs the main job against a simulated provider (PROVIDER=aws|github|github-enterprise|salesforce|generic; DEMO=json for JSON)
	@PROVIDER=$(PROVIDER) node tests/demo/demo.mjs

test: setup build www-build $(DENY) ## Everything, as CI does
	@CARGO_DENY=$(DENY) tests/all.sh

build: pkg/scimhook_core_bg.wasm pkg/bundle.js pkg/scimhook_sim_bg.wasm ## Builds the npm package in pkg/
	@node tests/wasm-check.mjs

bench: build ## Measures against plain JavaScript and SCIMMY
	@node --expose-gc benches/run.mjs

load: build ## 50 000 logins, 200 at a time, with one request in a hundred going wrong (LOGINS, USERS, IN_FLIGHT, FAULTS)
	@node tests/load/load.mjs

mutants: ## Disables every rule in turn and lists the cases that notice
	@node tests/mutants.mjs

# `SEED=n` plays one and says what is wrong with it, `VERBOSE=1` tells it; `PLANT=all` then looks for the planted bugs.
simulate: ## Plays simulated worlds against a reference model (SEEDS=20000; SEED=n for one, PLANT=all for planted bugs)
	SEEDS=$(or $(SEEDS),20000) $(if $(SEED),SEED=$(SEED)) $(if $(PLANT),PLANT=$(PLANT)) $(if $(VERBOSE),VERBOSE=1) cargo test --quiet --locked --profile simulate --features sim,planted --test simulate

fuzz: ## Fuzzes everything that reads what others write, two targets at a time (MINUTES=1 for each)
	@tests/fuzz/run.sh planted
	@tests/fuzz/run.sh $$(( $(or $(MINUTES),1) * 60 ))

setup: tests/node_modules/.stamp ## Installs tools and test dependencies

clean: ## Removes what was built
	rm -rf target www/dist www/node_modules pkg/scimhook_core* pkg/scimhook_sim* pkg/core_wasm_base64.js pkg/bundle.js tests/node_modules tests/.venv

tests/node_modules/.stamp: tests/package-lock.json tests/requirements.txt tests/setup.mjs
	@tests/tools.sh
	@node tests/setup.mjs
	@touch $@

www/node_modules/.stamp: www/package-lock.json
	@cd www && npm ci --silent --no-audit --no-fund
	@touch $@

www/dist/index.html: www/node_modules/.stamp $(WWW_SOURCES) pkg/scimhook_core_bg.wasm pkg/bundle.js pkg/scimhook_sim_bg.wasm
	@cd www && npm run --silent build
	@touch $@

$(BINDGEN): ; @tests/tools.sh bindgen $(BINDGEN_VERSION) $(BINDGEN_HOME)

$(DENY): ; @tests/tools.sh deny $(DENY_VERSION) $(DENY_HOME)

# One crate, two wasm files: the plugin, and the simulated providers beside it.
pkg/scimhook_core_bg.wasm: $(SOURCES) | $(BINDGEN) tests/node_modules/.stamp
	@tests/tools.sh target $(TARGET)
	RUSTFLAGS="$(RUST_FLAGS) -C llvm-args=--inline-threshold=$(PLUGIN_INLINE)" cargo build --quiet --locked --release --target $(TARGET) --target-dir target/plugin
	$(BINDGEN) --target web --omit-default-module-path --no-typescript --remove-producers-section --out-name scimhook_core --out-dir pkg target/plugin/$(TARGET)/release/scimhook.wasm
	$(WASM_OPT) -g $(PLUGIN_OPT) $(WASM_FEATURES) -o $@.opt $@
	$(WASM_OPT) -g --reorder-functions-by-name $(WASM_FEATURES) -o $@ $@.opt
	$(WASM_OPT) --strip-debug --strip-producers --strip-target-features $(WASM_FEATURES) -o $@.opt $@
	mv $@.opt $@
	node pkg/build-inline.mjs

pkg/bundle.js: pkg/build-bundle.mjs $(BUNDLED) pkg/scimhook_core_bg.wasm
	node pkg/build-bundle.mjs

pkg/scimhook_sim_bg.wasm: $(SIM_SOURCES) | $(BINDGEN) tests/node_modules/.stamp
	@tests/tools.sh target $(TARGET)
	RUSTFLAGS="$(RUST_FLAGS) -C llvm-args=--inline-threshold=$(SIM_INLINE)" cargo build --quiet --locked --release --target $(TARGET) --target-dir target/sim --no-default-features --features sim
	$(BINDGEN) --target web --omit-default-module-path --no-typescript --remove-name-section --remove-producers-section --out-name scimhook_sim --out-dir pkg target/sim/$(TARGET)/release/scimhook.wasm
	$(WASM_OPT) -Os $(WASM_FEATURES) --strip-producers -o $@.opt $@
	mv $@.opt $@
