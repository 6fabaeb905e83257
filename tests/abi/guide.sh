#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every sample of docs/vendor-guide.md compiles, by each compiler that is here,
# among what tests/abi/guide-prelude.h has. (Its commands are run by
# tests/integration/test-kit.mjs.)
. "$G_TEST_SRCDIR/tests/abi/tap.sh"

guide=$top/docs/vendor-guide.md
rustc=$(command -v rustc || command -v "$HOME/.cargo/bin/rustc")

# Blocks between ```LANGUAGE and ```, into LANGUAGE-1, LANGUAGE-2, ...
awk -v into="$work/" '
	/^```[a-z]+$/ && !file {
		language = substr($0, 4)
		file = into language "-" ++blocks[language]
		next
	}
	/^```$/ { file = ""; next }
	file { print > file }' "$guide"

compiles() { # COMPILER LANGUAGE STANDARD FILE
	{
		! grep -q '^} host;' "$4" || echo '#define SAMPLE_HAS_HOST'
		echo "#include \"$top/tests/abi/guide-prelude.h\""
		cat "$4"
	} >"$work/sample.$2"
	"$1" -x "$2" -std="$3" -Wall -Wextra -Wno-unused -Wno-unused-parameter \
		-Werror -I"$top/abi" -fsyntax-only "$work/sample.$2"
}

compiles_rust() { # FILE
	"$rustc" --edition 2021 --crate-type lib --crate-name sample \
		--emit metadata -A dead_code -D warnings \
		-o "$work/sample.rmeta" "$1"
}

# Unclosed fences or another spelling would leave samples out.
all_are_known() {
	[ "$(grep -c '^```' "$guide")" -eq \
		$((2 * $(find "$work" -name '*-*' | wc -l))) ] &&
		! find "$work" -name '*-*' | grep -v -E '/(sh|c|cpp|rust)-[0-9]+$'
}

check "every block is shell, C, C++ or Rust" all_are_known
for compiler in gcc clang; do
	have $compiler || continue
	for sample in "$work"/c-*; do
		check "sample $(basename "$sample") compiles with $compiler" \
			compiles $compiler c c11 "$sample"
	done
done
for compiler in g++ clang++; do
	have $compiler || continue
	for sample in "$work"/cpp-*; do
		check "sample $(basename "$sample") compiles with $compiler" \
			compiles $compiler c++ c++17 "$sample"
	done
done
for sample in "$work"/rust-*; do
	title="sample $(basename "$sample") compiles with rustc"
	if [ -n "$rustc" ]; then
		check "$title" compiles_rust "$sample"
	else
		skip "$title" "there is no rustc"
	fi
done
done_testing
