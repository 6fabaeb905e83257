#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Usage: CC=... list-layout.sh INCLUDE_DIRECTORY
# Lists every structure of the ABI with the offset of each member and its size,
# as the compiler itself describes them (DWARF), so that none can be forgotten.
set -eu

# The umbrella and the extensions, which it does not include.
all_headers() {
	echo '#include <bsn/bsn.h>'
	(cd "$1" && printf '#include <%s>\n' bsn/ext/*.h)
}
object=$(mktemp)
trap 'rm -f "$object"' EXIT
all_headers "$1" |
	${CC:-cc} -std=c11 -ffreestanding -I"$1" -x c - -c -o "$object" \
		-g -gdwarf-4 -fno-eliminate-unused-debug-types
echo '# structure offset member, in bytes'
${READELF:-readelf} --debug-dump=info "$object" | awk '
	function value() { sub(/^.*: */, ""); sub(/[ \t]+$/, ""); return $0 }
	/Abbrev Number/ { tag = ""; name = "" }
	/DW_TAG_structure_type/ { tag = "structure"; structure = "" }
	/DW_TAG_member/ { tag = "member" }
	/DW_AT_name/ && tag != "" { name = value() }
	/DW_AT_byte_size/ && tag == "structure" {
		structure = name
		if (structure ~ /^bsn_/)
			print structure, value(), "(size)"
	}
	/DW_AT_data_member_location/ && tag == "member" {
		if (structure ~ /^bsn_/)
			print structure, value(), name
	}' | sort -k1,1 -k2,2n -k3,3
