#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Usage: list-tables.sh GOLDEN_DIRECTORY DOCUMENT
# Writes the document with the tables that plugins hand out, between
# "<!-- tables -->" and "<!-- end -->": what the headers require of each, as
# list-declarations.sh has it, and what may be there beside, as list-layout.sh has.
set -eu

awk '
	FILENAME ~ /declarations/ {
		if ($1 !~ /_REQUIRED\(X\)$/)
			next
		type = tolower($1)
		sub(/_required\(x\)$/, "", type)
		types[++n] = type
		for (i = 2; i <= NF; i++) {
			member = $i
			gsub(/^X\(|\)$/, "", member)
			required[type] = required[type] sep[type] "`" member "`"
			is_required[type, member] = 1
			sep[type] = ", "
		}
		next
	}
	FILENAME ~ /x86_64/ {
		if (NF == 3 && $3 !~ /^(size|flags|\(size\))$/ &&
		    ($1 in required) && !is_required[$1, $3])
			optional[$1] = optional[$1] \
				(optional[$1] == "" ? "" : ", ") "`" $3 "`"
		next
	}
	$0 == "<!-- end -->" { skipping = 0 }
	!skipping { print }
	$0 == "<!-- tables -->" {
		skipping = 1
		print "| table | required | beside that |"
		print "| --- | --- | --- |"
		for (i = 1; i <= n; i++)
			print "| `" types[i] "` | " required[types[i]] " | " \
				optional[types[i]] " |"
	}' "$1/declarations.txt" "$1/x86_64.txt" "$2"
