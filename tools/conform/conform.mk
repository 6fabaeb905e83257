# bsn-conform: judges plugins against the standard. All of it but main is a
# library, so that tests link it too. Chains run on the simulator's host.
conform_flags = $(sim_flags) -DBSN_PLUGIN_DIR='"$(bsnplugindir)"'
noinst_LTLIBRARIES += libbsn-conform.la
libbsn_conform_la_CPPFLAGS = $(conform_flags)
libbsn_conform_la_LIBADD = libbsn-sim.la $(GLIB_LIBS) $(CRYPTO_LIBS) \
	$(JANSSON_LIBS) -ldl -lm
libbsn_conform_la_SOURCES = \
	host/plugin/certificate.c \
	host/plugin/certificate.h \
	host/plugin/digest.c \
	host/plugin/digest.h \
	host/plugin/envelope.c \
	host/plugin/envelope.h \
	host/plugin/scan_host.c \
	host/plugin/scan_host.h \
	host/plugin/signature.c \
	host/plugin/signature.h \
	host/service/ambient.c \
	host/service/ambient.h \
	tools/conform/bed.c \
	tools/conform/bed.h \
	tools/conform/bed_ask.c \
	tools/conform/bed_contract.c \
	tools/conform/bed_member.c \
	tools/conform/bed_mention.c \
	tools/conform/bed_private.h \
	tools/conform/bed_transcript.c \
	tools/conform/bed_tx.c \
	tools/conform/check.h \
	tools/conform/checks-block.c \
	tools/conform/checks-chain.c \
	tools/conform/checks-cipher.c \
	tools/conform/checks-contract-life.c \
	tools/conform/checks-contract-run.c \
	tools/conform/checks-contract.c \
	tools/conform/checks-crypto.h \
	tools/conform/checks-edges.c \
	tools/conform/checks-event.c \
	tools/conform/checks-forgery.c \
	tools/conform/checks-function-alone.c \
	tools/conform/checks-function-forged.c \
	tools/conform/checks-function-isolation.c \
	tools/conform/checks-function-nodes.c \
	tools/conform/checks-function-sign.c \
	tools/conform/checks-function-sm3.c \
	tools/conform/checks-function.c \
	tools/conform/checks-genesis.c \
	tools/conform/checks-hash.c \
	tools/conform/checks-join.c \
	tools/conform/checks-leave.c \
	tools/conform/checks-ledger.c \
	tools/conform/checks-load-file.c \
	tools/conform/checks-load-tables.c \
	tools/conform/checks-load.c \
	tools/conform/checks-schemes.c \
	tools/conform/checks-secp256k1.c \
	tools/conform/checks-signature-calls.c \
	tools/conform/checks-signature-keys.c \
	tools/conform/checks-signature.c \
	tools/conform/checks-sm2.c \
	tools/conform/checks-status.c \
	tools/conform/checks-tx.c \
	tools/conform/checks.c \
	tools/conform/child.c \
	tools/conform/child.h \
	tools/conform/claim.c \
	tools/conform/claim.h \
	tools/conform/contract-facts.c \
	tools/conform/contract-facts.h \
	tools/conform/crypto-table.c \
	tools/conform/discover.c \
	tools/conform/discover.h \
	tools/conform/elf-dynamic.c \
	tools/conform/elf-dynamic.h \
	tools/conform/guard.c \
	tools/conform/guard.h \
	tools/conform/guard_inputs.c \
	tools/conform/guard_inputs.h \
	tools/conform/help.c \
	tools/conform/level.c \
	tools/conform/level.h \
	tools/conform/load-imports.c \
	tools/conform/load.h \
	tools/conform/markup.c \
	tools/conform/markup.h \
	tools/conform/members.c \
	tools/conform/members.h \
	tools/conform/openssl.h \
	tools/conform/options.c \
	tools/conform/options.h \
	tools/conform/oracle-curve.c \
	tools/conform/oracle-curve.h \
	tools/conform/oracle-hash.c \
	tools/conform/oracle-hash.h \
	tools/conform/oracle-sign.c \
	tools/conform/oracle-sign.h \
	tools/conform/page.c \
	tools/conform/page.h \
	tools/conform/pair.c \
	tools/conform/pair.h \
	tools/conform/progress.c \
	tools/conform/progress.h \
	tools/conform/report-html-checks.c \
	tools/conform/report-html-style.c \
	tools/conform/report-html-style.h \
	tools/conform/report-html.c \
	tools/conform/report-html.h \
	tools/conform/report-json.c \
	tools/conform/report-junit.c \
	tools/conform/report-tap.c \
	tools/conform/report-tree.c \
	tools/conform/report.c \
	tools/conform/report.h \
	tools/conform/result.c \
	tools/conform/result.h \
	tools/conform/rows.c \
	tools/conform/rows.h \
	tools/conform/run.c \
	tools/conform/run.h \
	tools/conform/runner.c \
	tools/conform/runner.h \
	tools/conform/scheme-checks.h \
	tools/conform/scheme.c \
	tools/conform/scheme.h \
	tools/conform/sign.c \
	tools/conform/sign.h \
	tools/conform/snapshot.c \
	tools/conform/snapshot.h \
	tools/conform/subject.c \
	tools/conform/subject.h \
	tools/conform/text.c \
	tools/conform/text.h \
	tools/conform/turns.c \
	tools/conform/turns.h \
	tools/conform/verify.c \
	tools/conform/verify.h

bin_PROGRAMS += bsn-conform
bsn_conform_CPPFLAGS = $(conform_flags)
bsn_conform_SOURCES = tools/conform/main.c
bsn_conform_LDADD = libbsn-conform.la
