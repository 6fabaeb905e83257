#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Usage: list-checks.sh LIST DOCUMENT
# Writes the document with the checks of LIST, which is what `bsn-conform --list`
# prints, between "<!-- checks: WHICH -->" and "<!-- end -->". WHICH is a row of
# the standard, "GROUP.*" for a group's checks of no row, or "others" for what no
# other place takes.
set -eu

awk '
	# id, padded to 34; level; row or nothing, padded to 26; sentence
	FNR == NR {
		shift = length($1) > 34 ? length($1) - 34 : 0
		row = $3 ~ /^[a-z]+\.[a-z0-9-]+$/ ? $3 : ""
		if (length(row) > 26)
			shift += length(row) - 26
		n++
		ids[n] = $1
		group[n] = $1
		sub(/\..*/, ".*", group[n])
		key[n] = row == "" ? group[n] : row
		text = substr($0, 68 + shift)
		sub(/\.?$/, ".", text)
		line[n] = "- `" $1 "` (" $2 "): " text
		next
	}
	/^<!-- checks: / { places[$3] = 1 }
	{ document[++lines] = $0 }
	END {
		for (at = 1; at <= lines; at++) {
			if (document[at] == "<!-- end -->")
				skipping = 0
			if (skipping)
				continue
			print document[at]
			if (document[at] !~ /^<!-- checks: /)
				continue
			skipping = 1
			split(document[at], words, " ")
			for (i = 1; i <= n; i++)
				if (key[i] == words[3] || (words[3] == "others" &&
				    !(key[i] in places)))
					print line[i]
		}
	}' "$1" "$2"
