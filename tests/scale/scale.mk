# Fifty hosts on one machine: minutes, and 2 GiB, so apart from `make check`.
# Needs the installed product.
EXTRA_DIST += tests/scale/fifty.mjs
.PHONY: check-scale
check-scale:
	BSN_PREFIX='$(prefix)' BSN_BUILD='$(abs_top_builddir)' \
		$(srcdir)/tests/scale/fifty.mjs
