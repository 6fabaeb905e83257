#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# bsn-conform as its users meet it: exit statuses, reports, signatures, what it
# says of files that are no plugins, and that a run can be repeated.
. "$G_TEST_SRCDIR/tests/abi/tap.sh"
. "$G_TEST_SRCDIR/tests/conform/conform.sh"
fisco=$plugins/engine-fisco.so
fabric=$plugins/engine-fabric.so

# ---- plugins that are as they should be --------------------------------------

# Minutes of simulation belong to the tests of the engines.
conforms() {
	judge 0 "$@" --quick --format tree && says 'conforming'
}

# One run, whose reports are looked at below.
conforms_in_every_report() {
	mkdir "$work/empty" && cd "$work/empty" || return 1
	conforms "$fisco" --json "$work/one.json" \
		--junit "$work/junit.xml" --html "$work/report.html"
}

stays_clean() {
	[ -z "$(ls -A "$work/empty")" ]
}

# A directory as the host's has runtimes, too, that cannot be simulated; a
# workload that wants one is told so.
beside_io() {
	mkdir -p "$work/beside" && cp "$plugins"/*.so "$work/beside" &&
		cp "$build/tests/sim/modules/does-io.so" \
			"$work/beside/runtime-io.so" || return 1
	cp "$top/plugins/engine-fisco/engine-fisco.workload.json" \
		"$work/beside/engine-fisco.workload.json"
	"$conform" --plugin-dir "$work/beside" "$work/beside/engine-fisco.so" \
		--quick --only ledger --format none >"$work/out" \
		2>"$work/err" || return 1
	sed 's/"accounts"/"plugins": ["runtime-io"], "accounts"/' \
		"$work/beside/engine-fisco.workload.json" >"$work/wants.json"
	! "$conform" --plugin-dir "$work/beside" \
		"$work/beside/engine-fisco.so" --workload "$work/wants.json" \
		--quick --only ledger --format tree >"$work/out" 2>"$work/err" &&
		grep -q 'BSN_PLUGIN_DOES_IO' "$work/out" "$work/err"
}

# ---- files that are none -----------------------------------------------------

refuses() {
	judge 3 "$1" --format none --timeout 5 && says_one_line "$2"
}

truncated() {
	head -c 4096 "$fisco" >"$work/cut.so"
	refuses "$work/cut.so" "cut.so"
}

other_cpu() {
	cp "$fisco" "$work/cpu.so" && chmod u+w "$work/cpu.so" || return 1
	# e_machine, at 18: RISC-V.
	printf '\363\000' | dd of="$work/cpu.so" bs=1 seek=18 conv=notrunc \
		2>"$work/dd" || return 1
	refuses "$work/cpu.so" 'this host is'
}

# The tool's own trouble is nobody's verdict.
out_of_descriptors() (
	ulimit -n 24
	judge 3 "$fisco" --only tx --only robust --jobs 64 --format none &&
		says_one_line 'no process can be started'
)

# Ended while a plugin hangs, it leaves nobody behind.
ends_with_its_children() {
	cp "$bad/hang.so" "$work/hung.so" || return 1
	"$conform" --plugin-dir "$plugins" "$work/hung.so" --format none \
		--timeout 600 2>"$work/err" &
	judge=$!
	for _ in $(seq 300); do
		grep -l "$work/hung.so" /proc/[0-9]*/maps >"$work/hung" \
			2>/dev/null && break
		sleep 0.1
	done
	[ -s "$work/hung" ] && kill -TERM $judge
	wait $judge
	for _ in $(seq 100); do
		grep -l "$work/hung.so" /proc/[0-9]*/maps 2>/dev/null |
			grep -q . || return 0
		sleep 0.1
	done
	return 1
}

# ---- reports -----------------------------------------------------------------

# The JSON without what may differ.
timeless() {
	jq -S 'del(.. | .timing?)'
}

again() {
	"$conform" --plugin-dir "$plugins" "$fisco" --quick --format none \
		--json - "$@" | timeless
}

repeats() {
	timeless <"$work/one.json" >"$work/one" &&
		MALLOC_PERTURB_=90 again --jobs 1 >"$work/two" || return 1
	[ "$(wc -l <"$work/one")" -gt 200 ] && cmp "$work/one" "$work/two"
}

other_seed() {
	again --only tx >"$work/tx-1" && again --only tx >"$work/tx-2" &&
		again --only tx --seed 2 >"$work/tx-3" || return 1
	cmp "$work/tx-1" "$work/tx-2" && ! cmp -s "$work/tx-1" "$work/tx-3"
}

junit_is_xml() {
	xmllint --noout "$work/junit.xml"
}

html_is_whole() {
	# Nothing of it is elsewhere.
	! grep -E '(src|href)="(https?:)?//' "$work/report.html" &&
		grep -q '</html>' "$work/report.html"
}

tap_is_counted() {
	judge 0 "$fisco" --only tx --format tap || return 1
	plan=$(sed -n 's/^1\.\.//p' "$work/out")
	[ "$plan" -eq "$(grep -c '^ok ' "$work/out")" ] && [ "$plan" -gt 5 ]
}

# One command finds again what was found.
replays() {
	judge 1 "$bad/good.so" --format tap --quick \
		--workload "$top/plugins/engine-fisco/engine-fisco.workload.json"
	command=$(sed -n 's/^  replay: "bsn-conform \(.*\)"$/\1/p' "$work/out" |
		head -n 1)
	[ -n "$command" ] || return 1
	eval "\"$conform\" $command --format tap" >"$work/again" 2>&1
	[ $? -eq 1 ] && grep -q '^not ok' "$work/again"
}

# ---- signatures --------------------------------------------------------------

make_key() {
	openssl genpkey -algorithm SM2 -out "$work/$1.pem" 2>"$work/ssl" &&
		openssl pkey -in "$work/$1.pem" -pubout -out "$work/$1.pub"
}

signs() {
	make_key vendor && make_key other &&
		judge 0 "$fisco" --level L1 --format none --json "$work/report.json" --sign "$work/vendor.pem" \
			--certificate "$work/certificate" || return 1
	judge 0 verify "$work/report.json" --key "$work/vendor.pub" &&
		judge 0 verify "$work/certificate" --key "$work/vendor.pub" &&
		says 'L1'
}

gives_what_was_signed() {
	judge 0 verify "$work/report.json" --key "$work/vendor.pub" \
		--json "$work/plain.json" &&
		jq -e '.schema == "bsn.conformance-report/1"' "$work/plain.json"
}

refuses_others() {
	judge 1 verify "$work/report.json" --key "$work/other.pub"
}

refuses_changes() {
	sed 's/L1/L3/; s/bsn/bsm/' "$work/report.json" >"$work/changed.json"
	cmp -s "$work/report.json" "$work/changed.json" && return 1
	judge 1 verify "$work/changed.json" --key "$work/vendor.pub"
}

check 'an engine conforms' conforms_in_every_report
check 'nothing is left behind' stays_clean
check 'an engine that endorses first conforms' conforms "$fabric"
for plugin in crypto-gm crypto-std runtime-evm runtime-native consensus-solo; do
	check "a plugin of another kind conforms: $plugin" \
		conforms "$plugins/$plugin.so"
done
check 'plugins that do input and output are passed over' beside_io
check 'a text is refused in one line' refuses "$top/README.md" 'ELF'
check 'a directory is refused in one line' refuses "$work" 'regular file'
check 'no file is refused in one line' refuses "$work/none" 'No such file'
check 'a truncated file is refused in one line' truncated
check 'a file for another CPU is refused in one line' other_cpu
check 'a note that lies is refused in one line' \
	refuses "$bad/kind-mismatch.so" 'its note promises'
check 'another ABI is refused in one line' refuses "$bad/wrong-abi.so" 'ABI'
check 'a crash names where' refuses "$bad/crash.so" 'CRASHED in bsn_plugin_open'
check 'an exit names where' refuses "$bad/exit.so" 'EXITED in bsn_plugin_open'
check 'a hang names where' refuses "$bad/hang.so" 'HUNG in bsn_plugin_open'
check 'who ends it ends what hangs in it' ends_with_its_children
check 'a wrong command line is 2' judge 2 "$fisco" --level L9
check 'help is 0' judge 0 --help
check 'all checks are listed' eval 'judge 0 --list && says tx.replay'
check 'a host without descriptors is 3' out_of_descriptors
check 'nothing that was run is 3' judge 3 "$fisco" --only no.such-check
if have jq; then
	check 'a run can be repeated, byte for byte' repeats
	check 'another seed is another run' other_seed
else
	skip 'a run can be repeated, byte for byte' 'no jq'
fi
if have xmllint; then
	check 'JUnit is XML' junit_is_xml
else
	skip 'JUnit is XML' 'no xmllint'
fi
check 'the page needs nothing else' html_is_whole
check 'TAP is counted' tap_is_counted
check 'a finding is found again by its command' replays
check 'a signed report verifies' signs
if have jq; then
	check '... and is given back as JSON' gives_what_was_signed
fi
check '... by no other key' refuses_others
check '... and not when it was changed' refuses_changes
done_testing
