# SPDX-License-Identifier: Apache-2.0
# awk -f later.awk HEADER: the header as a later minor version may have it: the
# version is one more, and every table and every record that says its size has one
# member more, but those which are members of others and so never grow.
/^#define BSN_ABI_MINOR / {
	print "#define BSN_ABI_MINOR", ($3 + 1) "u"
	next
}
/^(typedef )?struct bsn_[a-z0-9_]* \{$/ {
	inside = 1
	name = $(NF - 1)
}
inside && (/^\tBSN_TABLE_HEAD;/ || /^\tuint32_t size;/) {
	grows = name !~ /^bsn_(seal|topic)$/
}
inside && /^}/ {
	if (grows)
		print "\tconst void *later; /* which nobody gives */"
	inside = grows = 0
}
{ print }
