#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes the .wasm files that tests read: of probe.c by clang, of *.wat by wabt.
set -e
cd "$(dirname "$0")"
clang --target=wasm32 -O1 -nostdlib -Wall -Wl,--no-entry -Wl,--strip-all \
	-Wl,-z,stack-size=8192 -o probe.wasm probe.c
for wat in *.wat; do
	wat2wasm -o "${wat%.wat}.wasm" "$wat"
done
