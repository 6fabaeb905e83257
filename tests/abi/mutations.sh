# SPDX-License-Identifier: Apache-2.0
# Headers in which something is laid out otherwise, one place after the other.
# Sourced after tap.sh.

# compiles_layout INCLUDE_DIRECTORY COMPILER: a file that asserts the layout.
compiles_layout() {
	echo '#include <bsn/helpers/layout.h>' >"$work/layout.c"
	"$2" -std=c11 -fsyntax-only -I"$1" "$work/layout.c"
}

# all_mutations_are_noticed INCLUDE_DIRECTORY MOST: each of the first MOST
# structures of each header, one after the other, in a copy of all headers.
all_mutations_are_noticed() {
	rm -rf "$work/mutated"
	mkdir "$work/mutated" && cp -R "$1/bsn" "$work/mutated/" &&
		chmod -R u+w "$work/mutated" || return 1
	compiles_layout "$work/mutated" "${CC##* }" || return 1
	mutations=0
	for header in "$1"/bsn/*.h "$1"/bsn/ext/*.h; do
		name=${header#"$1"/}
		k=1
		while [ $k -le "$2" ] && awk -v k=$k -f \
			"$top/tests/abi/mutate.awk" "$header" \
			>"$work/mutated/$name"; do
			if compiles_layout "$work/mutated" "${CC##* }" \
				>"$work/said" 2>&1; then
				echo "not noticed: structure $k of $name"
				return 1
			fi
			mutations=$((mutations + 1))
			k=$((k + 1))
		done
		cp "$header" "$work/mutated/$name" || return 1
	done
	echo "$mutations mutations"
	[ $mutations -ge 20 ]
}
