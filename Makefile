# Entry points of Auralis. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
# One step at a time, as ninja, ctest and npm use all cores by themselves; but see side_by_side.
ifneq ($(AURALIS_SIDE_BY_SIDE),yes)
.NOTPARALLEL:
endif
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help

PORT ?= 8080
HOST ?= 127.0.0.1
MUSIC ?=
# Recipes read these from the environment: a folder may be called anything.
export PORT HOST MUSIC
STAMPS := build/stamps
CACHE := $(or $(AURALIS_CACHE_DIR),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/auralis)
# tools/setup/setup.sh puts an npm here when there is none, and a Node.js when the machine's own is
# too old.
export PATH := $(CACHE)/bin:$(PATH)
# What npm installs for web: `npm-build`, or `npm` where tests follow.
NPM_TARGET := npm-build
JOBS := $(shell nproc)
CXX_FILES := git ls-files -- 'engine/*.h' 'engine/*.cc' 'server-min/*.h' 'server-min/*.cc' \
  'wasm-bindings/*.h' 'wasm-bindings/*.cc' 'tests/*.h' 'tests/*.cc'

# Starts a step: says what it does, and makes any failure end with one clear line.
step = trap 'echo "make: $@ failed: $(1)" | tee -a build/failed >&2' ERR; mkdir -p build; \
  echo "==> $(1)"
# Runs targets at the same time; the last words are those of the ones that failed.
side_by_side = mkdir -p build; rm -f build/failed; \
  $(MAKE) -j4 AURALIS_SIDE_BY_SIDE=yes $(1) || { cat build/failed >&2; exit 1; }
# Configures build/$(1) if that is yet to be done.
configure = [ -f build/$(1)/build.ninja ] || cmake --preset $(1) >build/$(1)-configure.log 2>&1 || \
  { cat build/$(1)-configure.log; false; }
# $(1): preset, $(2): what goes in front of each line.
compile = cmake --build --preset $(1) -j $(JOBS) 2>&1 | tools/setup/progress.sh $(2)

.PHONY: help setup setup-test packages sources third-party-native third-party-wasm build native
.PHONY: native-tests asan wasm npm npm-build web check-run run everything demo-album deb test
.PHONY: test-build test-tidy test-native test-asan test-web test-package test-e2e sim report bench
.PHONY: perf-accept format lint clean

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) |
	  sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 16

setup: third-party-native third-party-wasm ## install what building needs, third-party libraries too

packages:
	@$(call step,packages for building)
	tools/setup/setup.sh build

setup-test: ## install what the tests need (browser, oracles, free music)
	@$(call step,packages for building and testing)
	tools/setup/setup.sh build test

sources: packages
	@$(call step,sources of the third-party libraries)
	tools/third-party/fetch.sh >build/sources.tsv

third-party-native: sources
	@$(call step,third-party libraries: native)
	tools/third-party/build.sh native

third-party-wasm: sources
	@$(call step,third-party libraries: WebAssembly)
	./emsdk-setup.sh
	tools/third-party/build.sh wasm

native: third-party-native
	@$(call step,native programs)
	$(call configure,native)
	$(call compile,native,native)

# The same folder, so that programs stay compiled where tests come along. Both files are looked at:
# a configuration that failed leaves the first behind.
native-tests: third-party-native
	@$(call step,native programs and tests)
	{ [ -f build/native/build.ninja ] && grep -q '^AURALIS_TESTS:.*=ON' build/native/CMakeCache.txt
	} || { rm -f build/native/build.ninja; $(call configure,native-tests); }
	$(call compile,native-tests,native)

asan: third-party-native
	@$(call step,programs and tests with AddressSanitizer and UndefinedBehaviorSanitizer)
	$(call configure,asan)
	$(call compile,asan,asan)

wasm: third-party-wasm
	@$(call step,WebAssembly engine)
	. ./emsdk-setup.sh >/dev/null
	$(call configure,wasm)
	$(call compile,wasm,wasm)

# $(1): build or all. Not `npm ci`: it refuses a lock file without the optional builds for other
# platforms, and npm leaves those out wherever the registry lacks one. This installs what the lock
# pins, and writes nothing back.
npm_install = mkdir -p $(STAMPS); lock=$$(sha256sum web/package-lock.json | cut -d' ' -f1); \
  case "$$(cat $(STAMPS)/npm 2>/dev/null)" in \
    "$$lock all" | "$$lock $(1)") [ ! -d web/node_modules ] || exit 0 ;; \
  esac; \
  rm -f $(STAMPS)/npm; \
  (cd web && npm install --no-save --no-audit --no-fund --loglevel=error $(2)) 2>&1 | \
    tools/setup/progress.sh npm; \
  echo "$$lock $(1)" >$(STAMPS)/npm

npm-build: packages
	@$(call step,npm packages for building)
	$(call npm_install,build,--omit=dev)

npm: packages
	@$(call step,npm packages for building and testing)
	$(call npm_install,all)

web: wasm $(NPM_TARGET)
	@$(call step,web app)
	if [ -f web/dist/index.html ] && [ -f $(STAMPS)/web ] &&
	  [ -z "$$(find web build/wasm/bin -newer $(STAMPS)/web -type f \
	    -not -path 'web/node_modules/*' -not -path 'web/dist/*' -print -quit)" ]; then exit 0; fi
	touch $(STAMPS)/web-started
	(cd web && npm run --silent build) 2>&1 | tools/setup/progress.sh web
	mv $(STAMPS)/web-started $(STAMPS)/web

demo-album: packages
	@$(call step,demo album)
	node tools/demo-album/make.mjs build/demo-album 2>&1 | tools/setup/progress.sh demo-album

build: ## the programs (build/native/bin) and the web app (web/dist)
	+@$(call side_by_side,native web)
	echo "==> built: build/native/bin/auralis, build/native/bin/auralis-server, web/dist"

deb: build ## a Debian package (build/deb)
	@$(call step,Debian package)
	tools/setup/setup.sh deb
	echo "==> $$(tools/package/make-deb.sh)"

# Before minutes of building.
check-run:
	@$(call step,what is to be served)
	[ -z "$$MUSIC" ] || [ -d "$$MUSIC" ] || {
	  echo "make: MUSIC is no folder: $$MUSIC" | tee build/failed >&2; exit 1; }
	[[ $$PORT =~ ^[0-9]{1,5}$$ ]] && [ "$$PORT" -le 65535 ] || {
	  echo "make: PORT takes a number up to 65535, not: $$PORT" | tee build/failed >&2; exit 1; }

everything: check-run
	+@$(call side_by_side,native web $(if $(MUSIC),,demo-album))

run: everything ## serve MUSIC=dir (or the demo album) on PORT=8080
	@$(call step,serving. Stop it with Ctrl-C)
	[[ $$HOST != *:* ]] && name=$$HOST || name="[$$HOST]"
	echo "==> http://$$name:$$PORT/ plays $${MUSIC:-the demo album}"
	exec build/native/bin/auralis-server --music "$${MUSIC:-build/demo-album}" --web web/dist \
	  --host "$$HOST" --port "$$PORT"

test-tidy:
	@$(call step,style and tools)
	node tests/tidy/tidy.mjs
	find tests/tidy tests/tools -name '*.test.mjs' | sort | xargs node --test

test-build: setup-test
	+@$(call side_by_side,native-tests asan web demo-album NPM_TARGET=npm)

test-native: native-tests
	@$(call step,native tests)
	ctest --test-dir build/native --output-on-failure -j $(JOBS)

test-asan: asan
	@$(call step,native tests with sanitizers)
	# Those that measure sound over minutes of music say nothing new about memory.
	measuring='SeamTest.*:DecodedLevelTest.*:*TrackJoinTest.BehindAJoin*:*OnMusic'
	measuring+=':RealMusicTest.OldMpeg2*:LimiterTest.HoldsTheCeilingOnAdversarialSignals'
	GTEST_FILTER="-$$measuring" \
	  ctest --test-dir build/asan --output-on-failure -j $(JOBS)

test-web: web npm
	@$(call step,web and WebAssembly tests)
	cd web
	npm run --silent typecheck
	timeout 900 npm test

test-package: native-tests web
	@$(call step,Debian package and its service)
	find tests/package -name '*.test.mjs' | sort | timeout 300 xargs node --test

test-e2e: test-build
	@$(call step,tests in a real browser)
	cd web
	failed=0
	timeout 2100 npm run test:e2e || failed=1
	timeout 900 npm run test:e2e-device || failed=1
	[ $$failed -eq 0 ]

test: setup-test test-tidy test-build ## everything
	@$(call step,all tests)
	$(MAKE) test-native test-asan test-web test-package test-e2e NPM_TARGET=npm
	echo "==> all tests passed"

# Against hanging only. SEED=n replays one session, and tells what happened in it.
sim: npm ## simulate SEEDS=10000 listeners against the player
	@$(call step,simulated sessions)
	cd web
	SEEDS="$${SEEDS:-10000}" timeout 7200 npm test -- --selectProjects unit \
	  --testPathPatterns session-simulation

report: setup-test native-tests ## measure the sound, write docs/conformance.md
	@$(call step,conformance)
	rm -f build/conformance.jsonl
	failed=0
	AURALIS_CONFORMANCE="$(CURDIR)/build/conformance.jsonl" ctest --test-dir build/native \
	  --output-on-failure --timeout 900 -j "$$(nproc)" \
	  -R '^engine_(dsp|session|conformance)(_.+)?$$' || failed=1
	# A figure that missed its limit is in the page, too.
	node tools/report/write.mjs build/conformance.jsonl docs/conformance.md
	[ $$failed -eq 0 ]

bench: test-build ## measure speed, latency, memory, size
	@$(call step,benchmarks)
	node tools/bench/run.mjs

perf-accept: setup-test native-tests ## accept today's instruction counts (tests/perf)
	@$(call step,instructions per stage)
	node tests/perf/gate.mjs build/native/bin/stage_instructions --accept

format: ## format the code in place
	@$(call step,formatting)
	tools/setup/setup.sh lint
	$(CXX_FILES) | xargs -r clang-format -i
	cd web && npm run --if-present format

lint: setup-test third-party-native third-party-wasm npm ## static analysis; no findings
	@$(call step,static analysis)
	tools/setup/setup.sh lint
	$(CXX_FILES) | xargs -r clang-format --dry-run --Werror
	git ls-files -- '*.sh' .ci/run | xargs -r shellcheck
	. ./emsdk-setup.sh >/dev/null
	# Configured anew: a new source has to be seen.
	for preset in lint wasm; do
	  cmake --preset $$preset >build/$$preset-configure.log 2>&1 || {
	    cat build/$$preset-configure.log; false; }
	done
	node tools/lint/clang-tidy.mjs build/{lint,wasm}/compile_commands.json
	(cd web && npm run --silent lint) 2>&1 | tools/setup/progress.sh lint

clean: ## remove what was built here (the cache outside the checkout stays)
	rm -rf build web/dist web/node_modules
