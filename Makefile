# Campusdesk: every command of the house. `make help` lists them.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# The same as scripts/environment: the pinned tools first, everything built into target/.
export CAMPUSDESK_TOOLS ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/campusdesk/tools
export PATH := $(CAMPUSDESK_TOOLS)/bin:$(CURDIR)/node_modules/.bin:$(PATH):$(or $(CARGO_HOME),$(HOME)/.cargo)/bin
unexport CARGO_TARGET_DIR

CHARTS := public/charts/echarts.js
FORM := public/form.js
OUTBOX := public/outbox.js
WORKER := public/worker.js
# Only a release build of the browser side leaves this file, and it is the last step's: it stands for the whole site.
SITE := target/site/pkg/campusdesk.wasm.br
# Directories count too: their time tells of a file that was removed.
SITE_SOURCES := $(shell find src style public Cargo.toml Cargo.lock \
	-not -path 'src/server*' -not -path 'src/tests*' -not -path src/main.rs -not -path 'public/charts*' -not -path 'public/*.js')

.PHONY: help run dev demo test bench release model setup

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

run: release ## install what is missing, build for release, serve on http://127.0.0.1:3000
	target/release/campusdesk serve

dev: setup $(CHARTS) $(FORM) $(OUTBOX) $(WORKER) ## serve on http://127.0.0.1:3000, rebuild and reload when a source changes
	cargo leptos watch --split -- serve

demo: release ## like run, on a fresh database with 2,000 demo tickets
	rm -f demo.db demo.db-shm demo.db-wal
	target/release/campusdesk seed --tickets 2000 --database sqlite:demo.db
	target/release/campusdesk serve --database sqlite:demo.db

test: ## everything: format, lints, unit and integration tests, release build, browsers
	@scripts/test

bench: release ## measure speed and weight into docs/performance.md (BENCH="--tickets 1000000 --soak 600")
	@scripts/setup --browser
	node benches/measure.js $(BENCH)

release: setup $(SITE) ## build target/release/campusdesk: one file that needs no other
	@[ -e target/release/campusdesk ] || echo "▸ Building the server (about 8 minutes the first time on two cores)"
	cargo build --release --features ssr --bin campusdesk

model: setup ## learn the category model anew, from classifier/corpus/sentences.tsv
	cargo run --release --features ssr -- train --corpus classifier/corpus/sentences.tsv --model classifier/model.bin

setup: ## install what is missing, at pinned versions
	@scripts/setup

$(CHARTS): assets-src/echarts.js package-lock.json | setup
	esbuild $< --bundle --minify --format=iife --target=es2022 --legal-comments=none --log-level=warning --outfile=$@ \
		--banner:js='/*! Apache ECharts and ZRender, https://echarts.apache.org, Apache-2.0 and BSD-3-Clause */'

$(FORM) $(OUTBOX) $(WORKER): public/%.js: assets-src/%.js $(wildcard assets-src/*.js assets-src/*/*.js) package-lock.json | setup
	esbuild $< --bundle --minify --format=iife --target=es2022 --log-level=warning --outfile=$@

# The server embeds the site when it is compiled: touching the embedding file makes cargo look again.
$(SITE): $(SITE_SOURCES) $(CHARTS) $(FORM) $(OUTBOX) $(WORKER) | setup
	@echo "▸ Building the browser side (about 4 minutes the first time on two cores, half a minute after a change)"
	cargo leptos build --release --frontend-only --split --precompress
	node scripts/squeeze.js target/site/pkg
	@touch src/server/assets.rs
