# bsn-sim: the deterministic simulator. All of it but main is a library, so that
# tests link it too. It is a host side of the ABI and judges plugins as the
# daemon does: host/plugin's files about that are part of it.
sim_flags = $(AM_CPPFLAGS) $(GLIB_CFLAGS) $(CRYPTO_CFLAGS) $(JANSSON_CFLAGS)
noinst_LTLIBRARIES += libbsn-plugin-check.la libbsn-sim.la
libbsn_plugin_check_la_CPPFLAGS = $(sim_flags)
libbsn_plugin_check_la_LIBADD = $(GLIB_LIBS) $(JANSSON_LIBS)
libbsn_plugin_check_la_SOURCES = host/plugin/check.c host/plugin/check.h \
	host/plugin/check_http.h host/plugin/check_http.c \
	host/plugin/check_grpc.c host/plugin/check_grpc.h \
	host/plugin/check_members.h host/plugin/check_more.c \
	host/plugin/check_more.h \
	host/plugin/elf_file.c host/plugin/elf_file.h host/plugin/kat.h \
	host/plugin/kat_cipher.c host/plugin/kat_hash.c \
	host/plugin/kat_public_key.c host/plugin/kat_signature.c \
	host/plugin/kat_vectors.c \
	host/plugin/kat_vectors.h host/plugin/note.c host/plugin/note.h \
	host/plugin/rule.c host/plugin/rule.h \
	host/service/no_grpc.c host/service/no_grpc.h \
	host/service/no_http.c host/service/no_http.h \
	host/status.c host/status.h
libbsn_sim_la_CPPFLAGS = $(sim_flags) -DBSN_PLUGIN_DIR='"$(bsnplugindir)"'
libbsn_sim_la_LIBADD = libbsn-plugin-check.la libbsn-identity.la $(GLIB_LIBS) $(CRYPTO_LIBS) \
	$(JANSSON_LIBS) -ldl
libbsn_sim_la_SOURCES = \
	tools/sim/address.c tools/sim/address.h \
	tools/sim/alter.c tools/sim/alter.h \
	tools/sim/ask.c tools/sim/ask.h \
	tools/sim/by_name.h tools/sim/byzantine.c tools/sim/checker.c tools/sim/checker.h \
	tools/sim/checker_decisions.c tools/sim/checker_effect.c \
	tools/sim/checker_private.h \
	tools/sim/clients.c tools/sim/clients.h \
	tools/sim/crypto.c tools/sim/crypto.h \
	tools/sim/draft.c tools/sim/draft.h tools/sim/faults.c \
	tools/sim/help.c tools/sim/invariants.c tools/sim/invariants.h \
	tools/sim/model.c tools/sim/model.h \
	tools/sim/net.c tools/sim/node.c \
	tools/sim/options.c tools/sim/options.h \
	tools/sim/prepare.c tools/sim/prepare.h \
	tools/sim/organisations.c tools/sim/organisations.h \
	tools/sim/package.c tools/sim/package.h \
	tools/sim/pointer.c tools/sim/pointer.h \
	tools/sim/plugins.c tools/sim/plugins.h \
	tools/sim/queue.c tools/sim/queue.h \
	tools/sim/random.c tools/sim/random.h \
	tools/sim/reply.c tools/sim/reply.h tools/sim/run.c tools/sim/run.h \
	tools/sim/secrets.c tools/sim/secrets.h \
	tools/sim/services.c tools/sim/services.h \
	tools/sim/snapshots.c tools/sim/snapshots.h \
	tools/sim/store.c tools/sim/store.h tools/sim/tap.c tools/sim/tap.h \
	tools/sim/tap_private.h tools/sim/tap_tree.c \
	tools/sim/trace.c tools/sim/trace.h \
	tools/sim/workload.c tools/sim/workload.h \
	tools/sim/workload_certificates.c \
	tools/sim/workload_code.c tools/sim/workload_contract.c \
	tools/sim/workload_invariants.c \
	tools/sim/workload_members.c tools/sim/workload_package.c \
	tools/sim/workload_requests.c tools/sim/workload_secrets.c \
	tools/sim/workload_private.h tools/sim/workload_reader.c \
	tools/sim/world.c tools/sim/world.h

bin_PROGRAMS += bsn-sim
bsn_sim_CPPFLAGS = $(sim_flags)
bsn_sim_SOURCES = tools/sim/main.c
bsn_sim_LDADD = libbsn-sim.la
