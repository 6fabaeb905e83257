#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The simulator finds what is planted: each tests/sim/mutants/*.patch is a
# plugin with one fault, and a bounded number of seeds must be enough.
. "$G_TEST_SRCDIR/tests/abi/tap.sh"
. "$G_TEST_SRCDIR/tests/sim/sim.sh"

# What a sanitizer would say of a mutant is of no interest, and takes minutes.
if grep -q -e -fsanitize "$G_TEST_BUILDDIR/tests/sim/flags"; then
	echo '1..0 # SKIP mutants are found by the build without sanitizers'
	exit 0
fi

# caught PATCH: the mutant is built, found, and found again by the command that
# the simulator prints.
caught() {
	mutant=$work/$(basename "$1" .patch).so
	"$top/tests/sim/build-mutant" "$1" "$mutant" || return 1
	use_mutant "$1" "$mutant"
	# shellcheck disable=SC2046
	run_sim $(field Runs) --seeds "1..$(field Seeds)" --quiet >"$work/out"
	[ $? -eq 1 ] || {
		echo "not caught in $(field Seeds) seeds"
		return 1
	}
	grep -E "^VIOLATION ($(field Caught))" "$work/out" || {
		echo "caught, but not as: $(field Caught)"
		tail -n 5 "$work/out"
		return 1
	}
	replayed_alike "$work/out"
}

for patch in "$top"/tests/sim/mutants/*.patch; do
	name=$(basename "$patch" .patch)
	if ! have patch; then
		skip "$name is caught" "patch is not installed"
	elif missing=$(missing_sources "$patch"); then
		skip "$name is caught" "$missing is not there"
	else
		check "$name is caught" caught "$patch"
	fi
done
done_testing
