#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Usage: CC=... list-declarations.sh INCLUDE_DIRECTORY
# Lists what the layout does not show: every declaration of the ABI, one a line,
# so that a changed argument is seen; the status codes; all constants.
set -eu
cc=${CC:-cc}

# preprocess FLAG... : standard input, with the ABI's headers.
preprocess() {
	# shellcheck disable=SC2086
	$cc -std=c11 -ffreestanding -I"$abi" -x c - -E "$@"
}
# The umbrella, and what it does not include.
all_headers() {
	printf '#include <bsn/%s.h>\n' bsn standard
	(cd "$1" && printf '#include <%s>\n' bsn/ext/*.h)
}
abi=$1

echo '# declarations'
all_headers "$abi" | preprocess | awk '
	/^# [0-9]+ "/ { ours = ($3 ~ /bsn\/(ext\/)?[a-z_]+\.h"$/); next }
	/^#/ { next }
	ours && NF > 0 { print }' |
	tr -s ' \t\n' ' ' | sed 's/\([;{]\) */\1\n/g; s/( /(/g; s/ )/)/g
		s/((void \*)0)/NULL/g; s/((void\*)0)/NULL/g; s/ ;/;/g'
echo
echo '# status codes: symbol, code, name, HTTP status'
printf '%s\n' '#include <bsn/base.h>' \
	'#define X(symbol, code, name, http, text) @ symbol code name http' \
	'BSN_STATUS_MAP(X)' | preprocess -P | tail -1 |
	tr '@' '\n' | tr -s ' ' | sed 's/^ //; s/ $//' | grep .
echo
echo '# constants and lists'
# BSN_NOTE_UNPADDED is an attribute that one compiler needs and another has not.
all_headers "$abi" | preprocess -dM |
	sed -n 's/^#define \(BSN_[^ ]*\)/\1/p' |
	grep -v -e '^BSN_[A-Z_]*_H $' -e '^BSN_STATUS_MAP' \
		-e '^BSN_NOTE_UNPADDED' |
	tr -s ' ' | sed 's/ $//' | sort
