# SPDX-License-Identifier: Apache-2.0
# awk -f grown.awk FROZEN NOW: both as list-declarations.sh writes them. What stood
# in FROZEN must stand in NOW: members of a structure in their order, first, with
# others behind them; all other declarations, codes and constants as they were.
# Only the minor version changes, and rows that are not required are added behind
# the standard's.
# Writes what does not, and then exits with 1.
function take(line) {
	# The codes, which are listed one by one below.
	if (line ~ /^BSN_OK = /)
		return ""
	if (line ~ /^# /) {
		section = line
		return ""
	}
	if (section == "# declarations" && line ~ /struct bsn_[a-z0-9_]* \{$/) {
		structure = line
		n = 0
	} else if (structure != "") {
		if (line ~ /^\}/)
			structure = ""
		else
			return structure " " (++n) ": " line
	}
	return section ": " line
}
function name_of(line) {
	sub(/\(.*/, "", line)
	sub(/ .*/, "", line)
	return line
}
FNR == 1 { structure = "" }
NR == FNR {
	key = take($0)
	if (key != "")
		frozen[++count] = key
	next
}
{
	key = take($0)
	there[key] = 1
	if (section == "# constants and lists")
		constant[name_of($0)] = section ": " $0
}
END {
	for (i = 1; i <= count; i++) {
		key = frozen[i]
		if (key in there || key ~ /: BSN_ABI_MINOR /)
			continue
		if (key ~ /: BSN_STANDARD_ROWS\(X\) / &&
		    index(rows = constant["BSN_STANDARD_ROWS"], key) == 1 &&
		    substr(rows, length(key) + 1) !~ /X\([0-9]+, *"[^"]*", *1,/)
			continue
		print "gone or changed: " key
		bad = 1
	}
	exit bad
}
