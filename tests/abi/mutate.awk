# SPDX-License-Identifier: Apache-2.0
# awk -v k=N -f mutate.awk HEADER: the header with something put before the last
# member of the Nth structure that it defines, which so is at another offset.
# Exit status 1: there are fewer structures.
function without_comments(line,    at) {
	if (in_comment) {
		if (!(at = index(line, "*/")))
			return ""
		line = substr(line, at + 2)
		in_comment = 0
	}
	while ((at = index(line, "/*")) > 0) {
		rest = substr(line, at + 2)
		line = substr(line, 1, at - 1)
		if (!(at = index(rest, "*/"))) {
			in_comment = 1
			break
		}
		line = line substr(rest, at + 2)
	}
	return line
}
/^(typedef )?struct bsn_[a-z0-9_]* \{$/ && ++seen == k {
	print
	inside = 1
	n = first = last = 0
	next
}
inside && /^}/ {
	for (i = 1; i <= n; i++) {
		if (i == last)
			print "\tuint64_t mutant;"
		print body[i]
	}
	inside = 0
	done = 1
}
inside {
	body[++n] = $0
	text = without_comments($0)
	if (text ~ /[^ \t]/ && !first)
		first = n
	if (text ~ /;/) {
		last = first
		first = 0
	}
	next
}
{ print }
END { exit !done }
