# Two commands matter: `make run` starts the product, `make test` proves it. Both install what is missing, say what they
# are doing, and can be run again.

SHELL := /bin/bash
SWIFT ?= swift
BUILD := $(SWIFT) build --explicit-target-dependency-import-check error

.PHONY: run build test check format bench setup

## Installs what is missing, builds a release binary and starts Second; prints one URL.
run: build
	@exec .build/release/second up $(ARGS)

build:
	@scripts/setup run
	@echo "==> Building the release binary (the first time takes some minutes)"
	@$(BUILD) -c release --product second

## Everything that must pass.
test:
	@scripts/setup test
	@$(MAKE) --no-print-directory check
	@scripts/test $(ARGS)

## Format, imports, target graph, file rules, everything under deploy/.
check:
	@scripts/check-format
	@scripts/check-graph
	@scripts/check-deploy

format:
	@$(SWIFT) format format --in-place --recursive --parallel Package.swift Sources Tests

## Ratios against plain Node and nginx, measured in one run.
bench:
	@scripts/setup bench
	@scripts/bench $(ARGS)
