#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What vendors begin with builds without a word from any compiler that is here,
# against what is installed, exports one symbol and passes the host's scan: the
# kit and a second engine in C, and the examples in C++ and Rust.
. "$G_TEST_SRCDIR/tests/abi/tap.sh"
. "$G_TEST_SRCDIR/tests/abi/installation.sh"

kit=$work/engine-acme.so
cp "$top/vendor-kit/engine-acme.workload.json" "$work/"
rustc=$(command -v rustc || command -v "$HOME/.cargo/bin/rustc")

build_kit() { # COMPILER
	# shellcheck disable=SC2046
	"$1" -std=c11 -O2 -shared -fPIC -fvisibility=hidden -Wall -Wextra \
		-Wconversion -Wno-unused-parameter -Werror \
		$(with_abi pkg-config --cflags bsn-abi) \
		"$top/vendor-kit/acme.c" -Wl,-z,defs -o "$kit"
}

# A copy, since make writes beside the source.
make_in() { # EXAMPLE VARIABLE...
	rm -rf "${work:?}/$1"
	cp -R "$top/examples/$1" "$work/$1" && chmod -R u+w "$work/$1" &&
		(example=$1 && shift && with_abi "$MAKE" -C "$work/$example" "$@")
}

conforms() { # FILE
	"$build/bsn-conform" --plugin-dir "$build/modules" --only load --only abi \
		"$1"
}

conforms_but_for_what_it_lacks() {
	with_abi "$MAKE" -C "$work/engine-tally" check CONFORM="'$build/bsn-conform' \
		--plugin-dir '$build/modules' --quick"
}

check_language() { # TITLE FILE ID VERSION FRAMEWORK
	check "$1 exports bsn_plugin_open alone" exports_one_symbol "$2"
	check "$1 passes the host's scan" scan "$2" "$3" "$4" 1 "framework $5"
	check "$1 passes what conformance asks of any plugin" conforms "$2"
}

check "headers and bsn-abi.pc are installed" install_abi
for compiler in gcc clang; do
	have $compiler || continue
	check "the kit builds with $compiler" build_kit $compiler
	check_language "the kit by $compiler" "$kit" \
		com.example.engine-acme 0.1.0 acme
done
for compiler in gcc clang; do
	have $compiler || continue
	check "engine-tally builds with $compiler" make_in engine-tally \
		CC=$compiler CFLAGS='-O2 -Wall -Wextra -Wconversion -Werror'
	check_language "engine-tally by $compiler" \
		"$work/engine-tally/engine-tally.so" \
		com.example.engine-tally 1.0.0 tally
	check "it conforms, but for what it says it lacks" \
		conforms_but_for_what_it_lacks
done
for compiler in g++ clang++; do
	have $compiler || continue
	check "the engine in C++ builds with $compiler" make_in plugin-cpp \
		CXX=$compiler CXXFLAGS='-O2 -Wconversion -Werror'
	check_language "the engine by $compiler" \
		"$work/plugin-cpp/engine-cpp-sample.so" \
		com.example.engine-cpp 1.0.0 cpp-sample
done
if [ -n "$rustc" ]; then
	check "the engine in Rust builds" make_in plugin-rust RUSTC="$rustc" \
		RUSTFLAGS='-O -D warnings'
	check_language "the engine in Rust" \
		"$work/plugin-rust/engine-rust-sample.so" \
		com.example.engine-rust 1.0.0 rust-sample
else
	skip "the engine in Rust builds" "there is no rustc"
fi
done_testing
