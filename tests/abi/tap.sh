# SPDX-License-Identifier: Apache-2.0
# TAP for shell tests: check, skip, done_testing; and a directory of the test's
# own, $work, that goes away with it. Sourced.
set -u
LC_ALL=C
export LC_ALL
tests=0
top=${G_TEST_SRCDIR:?run it with make check}
build=${G_TEST_BUILDDIR:?run it with make check}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# check NAME COMMAND...: ok when the command succeeds; its output is shown when
# it does not.
check() {
	title=$1
	shift
	tests=$((tests + 1))
	if "$@" >"$work/.output" 2>&1; then
		echo "ok $tests - $title"
	else
		echo "not ok $tests - $title"
		sed 's/^/# /' "$work/.output"
	fi
}

# skip NAME REASON
skip() {
	tests=$((tests + 1))
	echo "ok $tests - $1 # SKIP $2"
}

have() {
	command -v "$1" >/dev/null 2>&1
}

done_testing() {
	echo "1..$tests"
}
