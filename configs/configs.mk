# The config file that a package installs: the sample, with what the daemon
# writes in the state directory. One that is there already is the
# administrator's.
# Workloads that bsn-bench finds by name.
bsnbenchdir = $(pkgdatadir)/bench
dist_bsnbench_DATA = configs/bench/call.conf \
	configs/bench/compare-engines.conf configs/bench/erc20.conf \
	configs/bench/events.conf configs/bench/evidence.conf \
	configs/bench/hot-account.conf configs/bench/kv-get.conf \
	configs/bench/kv-put.conf configs/bench/many-chains.conf \
	configs/bench/transfer.conf
bsnbenchcontractsdir = $(bsnbenchdir)/contracts
dist_bsnbenchcontracts_DATA = configs/bench/contracts/Bench.json \
	configs/bench/contracts/Bench.sol
EXTRA_DIST += configs/bench/contracts/make-bench.mjs

bsnconfdir = $(sysconfdir)/bsn
bsnstatedir = $(localstatedir)/lib/bsn
sysusersdir = $(prefix)/lib/sysusers.d
config_files = configs/installed.conf configs/bsn-hostd.service \
	configs/bsn-host.conf
EXTRA_DIST += configs/bsn-hostd.conf configs/bsn-hostd.service.in \
	configs/bsn-hostd.sysusers.in
CLEANFILES += $(config_files)
systemdsystemunit_DATA = configs/bsn-hostd.service
sysusers_DATA = configs/bsn-host.conf
noinst_DATA += configs/installed.conf

substitute = $(AM_V_GEN)$(MKDIR_P) configs && $(SED) \
	-e 's|@sbindir[@]|$(sbindir)|g' \
	-e 's|@bsnconfdir[@]|$(bsnconfdir)|g' \
	-e 's|@bsnstatedir[@]|$(bsnstatedir)|g' \
	-e 's|@docdir[@]|$(docdir)|g' \
	-e 's|^data_directory = .*|data_directory = $(bsnstatedir)|' \
	-e 's|^passphrase_file = |&$(bsnstatedir)/|'

configs/installed.conf: configs/bsn-hostd.conf Makefile
	$(substitute) '$(srcdir)/configs/bsn-hostd.conf' >$@

configs/bsn-hostd.service: configs/bsn-hostd.service.in Makefile
	$(substitute) '$(srcdir)/configs/bsn-hostd.service.in' >$@

configs/bsn-host.conf: configs/bsn-hostd.sysusers.in Makefile
	$(substitute) '$(srcdir)/configs/bsn-hostd.sysusers.in' >$@

install-data-local: configs/installed.conf
	$(MKDIR_P) '$(DESTDIR)$(bsnconfdir)'
	test -e '$(DESTDIR)$(bsnconfdir)/bsn-hostd.conf' || \
		$(INSTALL_DATA) configs/installed.conf \
			'$(DESTDIR)$(bsnconfdir)/bsn-hostd.conf'

uninstall-local:
	if cmp -s configs/installed.conf \
		'$(DESTDIR)$(bsnconfdir)/bsn-hostd.conf'; then \
		rm -f '$(DESTDIR)$(bsnconfdir)/bsn-hostd.conf'; fi

# A contract to begin with, compiled by quickstart.
EXTRA_DIST += configs/samples/evidence-chaincode/index.js \
	configs/samples/evidence-chaincode/package.json \
	configs/samples/asset-transfer/package.json \
	configs/samples/asset-transfer/package-lock.json \
	configs/samples/asset-transfer/collections_config.json \
	configs/samples/asset-transfer/index.js \
	configs/samples/asset-transfer/lib/asset-transfer.js \
	configs/samples/evidence/package.json \
	configs/samples/evidence/package-lock.json \
	configs/samples/evidence/contracts/Evidence.sol \
	configs/samples/evidence-wasm/c/evidence.c \
	configs/samples/evidence-wasm/c/evidence.wasm \
	configs/samples/evidence-wasm/assemblyscript/evidence.ts \
	configs/samples/evidence-wasm/assemblyscript/evidence.wasm \
	configs/samples/evidence-wasm/assemblyscript/package.json \
	configs/samples/evidence-wasm/assemblyscript/package-lock.json \
	configs/samples/token-wasm/cpp/token.cpp \
	configs/samples/token-wasm/cpp/token.wasm \
	configs/samples/token-wasm/rust/token.rs \
	configs/samples/token-wasm/rust/token.wasm
