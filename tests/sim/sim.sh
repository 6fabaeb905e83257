# SPDX-License-Identifier: Apache-2.0
# What the simulator's shell tests share. Sourced after tap.sh.
sim=$build/bsn-sim
plugins=$build/modules
fixtures=$build/tests/sim/modules
engine=cells
consensus=synod
workload=
prefix=

# run_sim OPTION...: the chosen engine under the chosen consensus.
run_sim() {
	case $engine in
	cells) set -- -e "${engine_file:-$fixtures/engine-cells.so}" \
		-w "$top/tests/sim/cells.json" "$@" ;;
	*)
		module=engine-$engine
		# A mutant's file stands alone.
		asked=${workload:-}
		[ -n "$asked" ] || [ -z "${engine_file:-}" ] ||
			asked=plugins/$module/$module.workload.json
		[ -z "$asked" ] || set -- -w "$top/$asked" "$@"
		set -- -e "${engine_file:-$module}" "$@"
		;;
	esac
	case $consensus in
	synod) set -- -p "${consensus_file:-$fixtures/consensus-synod.so}" \
		"$@" ;;
	*) [ -z "${consensus_file:-}" ] || set -- -p "$consensus_file" "$@" ;;
	esac
	# shellcheck disable=SC2086
	$prefix "$sim" --plugin-dir "$plugins" -c "$consensus" "$@"
}

# The command that a report ends with.
printed_command() {
	sed -n 's/^Again: bsn-sim //p' "$1" | head -n 1
}

# replayed_alike REPORT: its command finds the same at the same step, with the
# same trace.
replayed_alike() {
	eval "\"$sim\" $(printed_command "$1")" >"$work/replay" 2>/dev/null
	[ $? -eq 1 ] || {
		echo "the printed command finds nothing"
		return 1
	}
	grep -E '^(VIOLATION|seed) ' "$1" | head -n 2 >"$work/first"
	grep -E '^(VIOLATION|seed) ' "$work/replay" | diff "$work/first" -
}

# field NAME: of the patch in use.
field() {
	sed -n "s/^$1: *//p;/^--- /q" "$patch"
}

# use_mutant PATCH FILE: the mutant takes the place of its plugin.
use_mutant() {
	engine=cells consensus=synod engine_file='' consensus_file=''
	workload=$(field Workload)
	asked=$(field Engine)
	[ -z "$asked" ] || engine=$asked
	case $(field Plugin) in
	engine-*) engine=$(field Plugin) && engine=${engine#engine-} \
		engine_file=$2 ;;
	consensus-*) consensus=$(field Plugin) &&
		consensus=${consensus#consensus-} consensus_file=$2 ;;
	esac
}

# missing_sources PATCH: names the first source, or plugin that it needs, that
# there is not.
missing_sources() {
	# shellcheck disable=SC2046
	for file in $(sed -n 's/^\(Sources\|Needs\): *//p;/^--- /q' "$1"); do
		set -- "$top"/$file
		[ -e "$1" ] || {
			echo "$file"
			return 0
		}
	done
	return 1
}
