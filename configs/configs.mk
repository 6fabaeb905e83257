# The config file that a package installs; one that is there already is the
# administrator's.
EXTRA_DIST += configs/bsn-hostd.conf
bsnconfdir = $(sysconfdir)/bsn
install-data-local:
	$(MKDIR_P) '$(DESTDIR)$(bsnconfdir)'
	test -e '$(DESTDIR)$(bsnconfdir)/bsn-hostd.conf' || \
		$(INSTALL_DATA) '$(srcdir)/configs/bsn-hostd.conf' \
			'$(DESTDIR)$(bsnconfdir)/bsn-hostd.conf'

uninstall-local:
	if cmp -s '$(srcdir)/configs/bsn-hostd.conf' \
		'$(DESTDIR)$(bsnconfdir)/bsn-hostd.conf'; then \
		rm -f '$(DESTDIR)$(bsnconfdir)/bsn-hostd.conf'; fi

# A contract to begin with, compiled by quickstart.
EXTRA_DIST += configs/samples/evidence/package.json \
	configs/samples/evidence/package-lock.json \
	configs/samples/evidence/contracts/Evidence.sol
