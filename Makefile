# Entry points of Auralis. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
# One step at a time: ninja, ctest and npm use all cores by themselves.
.NOTPARALLEL:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help

PORT ?= 8080
HOST ?= 127.0.0.1
MUSIC ?=
STAMPS := build/stamps
CACHE := $(or $(AURALIS_CACHE_DIR),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/auralis)
# tools/setup/setup.sh puts a Node.js here when the machine's own is too old.
export PATH := $(CACHE)/node/bin:$(PATH)
CXX_FILES := git ls-files -- 'engine/*.h' 'engine/*.cc' 'server-min/*.h' 'server-min/*.cc' \
  'wasm-bindings/*.h' 'wasm-bindings/*.cc' 'tests/*.h' 'tests/*.cc'

# Starts a step: says what it does, and makes any failure end with one clear line.
step = trap 'echo "make: $@ failed: $(1)" >&2' ERR; echo "==> $(1)"

.PHONY: help setup setup-test build native asan wasm web run demo-album test test-tidy test-native
.PHONY: test-asan test-web test-e2e report bench perf-accept format lint clean npm
.PHONY: third-party-native third-party-wasm

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) |
	  sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 16

setup: ## install what building needs, and build the third-party libraries
	@$(call step,packages for building)
	tools/setup/setup.sh build
	./emsdk-setup.sh
	tools/third-party/build.sh native
	tools/third-party/build.sh wasm

setup-test: ## install what the tests need (browser, oracles, free music)
	@$(call step,packages for testing)
	tools/setup/setup.sh test

native: setup
	@$(call step,native programs)
	[ -f build/native/build.ninja ] || cmake --preset native >build/native-configure.log || {
	  cat build/native-configure.log; false; }
	cmake --build --preset native

wasm: setup
	@$(call step,WebAssembly engine)
	. ./emsdk-setup.sh >/dev/null
	[ -f build/wasm/build.ninja ] || cmake --preset wasm >build/wasm-configure.log || {
	  cat build/wasm-configure.log; false; }
	cmake --build --preset wasm

npm:
	@$(call step,npm packages)
	mkdir -p $(STAMPS)
	lock=$$(sha256sum web/package-lock.json | cut -d' ' -f1)
	if [ -d web/node_modules ] && [ "$$(cat $(STAMPS)/npm 2>/dev/null)" = "$$lock" ]; then exit 0; fi
	# Not `npm ci`: it refuses a lock file without the optional builds for other platforms, and npm
	# leaves those out wherever the registry lacks one. This installs what the lock pins, and writes
	# nothing back.
	(cd web && npm install --no-save --no-audit --no-fund --loglevel=error)
	echo "$$lock" >$(STAMPS)/npm

web: wasm npm
	@$(call step,web app)
	if [ -f web/dist/index.html ] && [ -f $(STAMPS)/web ] &&
	  [ -z "$$(find web build/wasm/bin -newer $(STAMPS)/web -type f \
	    -not -path 'web/node_modules/*' -not -path 'web/dist/*' -print -quit)" ]; then exit 0; fi
	touch $(STAMPS)/web-started
	(cd web && npm run --silent build)
	mv $(STAMPS)/web-started $(STAMPS)/web

build: native web ## the programs (build/native/bin) and the web app (web/dist)
	@echo "==> built: build/native/bin/auralis, build/native/bin/auralis-server, web/dist"

demo-album:
	@$(call step,demo album)
	node tools/demo-album/make.mjs build/demo-album

run: build $(if $(MUSIC),,demo-album) ## serve MUSIC=dir (or the demo album) on PORT=8080
	@$(call step,http://$(HOST):$(PORT)/ plays $(or $(MUSIC),the demo album). Stop it with Ctrl-C)
	exec build/native/bin/auralis-server --music "$(or $(MUSIC),build/demo-album)" --web web/dist \
	  --host "$(HOST)" --port "$(PORT)"

test-tidy:
	@$(call step,style and tools)
	node tests/tidy/tidy.mjs
	find tests/tidy tests/tools -name '*.test.mjs' | sort | xargs node --test

test-native: native
	@$(call step,native tests)
	ctest --test-dir build/native --output-on-failure --timeout 300 -j "$$(nproc)"

asan: setup
	@$(call step,native tests with AddressSanitizer and UndefinedBehaviorSanitizer: build)
	[ -f build/asan/build.ninja ] || cmake --preset asan >build/asan-configure.log || {
	  cat build/asan-configure.log; false; }
	cmake --build --preset asan

test-asan: asan
	@$(call step,native tests with sanitizers)
	# Those that measure sound over minutes of music say nothing new about memory.
	GTEST_FILTER='-SeamTest.*:DecodedLevelTest.*' \
	  ctest --test-dir build/asan --output-on-failure --timeout 900 -j "$$(nproc)"

test-web: web
	@$(call step,web and WebAssembly tests)
	cd web && timeout 900 npm test

test-e2e: build demo-album
	@$(call step,tests in a real browser)
	cd web && timeout 1800 npm run test:e2e

test: setup-test test-tidy build test-native test-asan test-web test-e2e ## everything
	@echo "==> all tests passed"

report: setup-test native ## measure the sound, write docs/conformance.md
	@$(call step,conformance)
	rm -f build/conformance.jsonl
	failed=0
	AURALIS_CONFORMANCE="$(CURDIR)/build/conformance.jsonl" ctest --test-dir build/native \
	  --output-on-failure --timeout 900 -j "$$(nproc)" \
	  -R '^engine_(dsp|session|conformance)$$' || failed=1
	# A figure that missed its limit is in the page, too.
	node tools/report/write.mjs build/conformance.jsonl docs/conformance.md
	[ $$failed -eq 0 ]

bench: setup-test build demo-album ## measure speed, latency, memory, size
	@$(call step,benchmarks)
	node tools/bench/run.mjs

perf-accept: setup-test native ## accept today's instruction counts (tests/perf)
	@$(call step,instructions per stage)
	node tests/perf/gate.mjs build/native/bin/stage_instructions --accept

format: ## format the code in place
	@$(call step,formatting)
	tools/setup/setup.sh lint
	$(CXX_FILES) | xargs -r clang-format -i
	cd web && npm run --if-present format

lint: test-tidy native npm ## static analysis; fails on any finding
	@$(call step,static analysis)
	tools/setup/setup.sh lint
	$(CXX_FILES) | xargs -r clang-format --dry-run --Werror
	git ls-files -- '*.sh' .ci/run | xargs -r shellcheck
	# clang 14 knows neither a flag of GCC's nor coroutines as the standard has them.
	mkdir -p build/lint
	sed 's/ -fcoroutines//' build/native/compile_commands.json >build/lint/compile_commands.json
	$(CXX_FILES) | grep '\.cc$$' | grep -v '^wasm-bindings/' |
	  xargs grep -LE '"server-min/(connection|server)\.h"|server_fixture\.h"' |
	  xargs -r -P "$$(nproc)" -n 4 clang-tidy -p build/lint --quiet \
	    --extra-arg=-Wno-unknown-warning-option --warnings-as-errors='*'
	(cd web && npm run --if-present lint)

clean: ## remove what was built here (the cache outside the checkout stays)
	rm -rf build web/dist web/node_modules
