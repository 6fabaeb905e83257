# bsnctl: the command-line tool. All of it but main is a library, so that tests
# link it too.
ctl_flags = $(AM_CPPFLAGS) $(GLIB_CFLAGS) $(CRYPTO_CFLAGS) $(CURL_CFLAGS) \
	$(JANSSON_CFLAGS) $(SECP256K1_CFLAGS) $(EVENT_CFLAGS)
noinst_LIBRARIES += libbsnctl.a
libbsnctl_a_CPPFLAGS = $(ctl_flags) -DBSN_PLUGIN_DIR='"$(bsnplugindir)"' \
	-DBSN_PKGDATADIR='"$(pkgdatadir)"'
libbsnctl_libs = libbsnctl.a $(libbsn_plugin_check_libs) \
	$(libchaincode_package_libs) $(libbsn_kit_libs) \
	$(libbsn_identity_libs) $(libbsn_process_libs) $(GLIB_LIBS) \
	$(CRYPTO_LIBS) $(CURL_LIBS) $(JANSSON_LIBS) $(SECP256K1_LIBS) -ldl
libbsnctl_a_SOURCES = \
	tools/ctl/abi_text.c tools/ctl/abi_text.h \
	tools/ctl/args.c tools/ctl/args.h \
	tools/ctl/artifact.c tools/ctl/artifact.h \
	tools/ctl/authority.c tools/ctl/authority.h \
	tools/ctl/block.c tools/ctl/block_verify.c tools/ctl/block_verify.h \
	tools/ctl/certify.c tools/ctl/certify.h \
	tools/ctl/chain.c tools/ctl/chain_change.c tools/ctl/chain_change.h \
	tools/ctl/chain_config.c tools/ctl/chain_config.h \
	tools/ctl/chain_node.c tools/ctl/difference.c tools/ctl/difference.h \
	tools/ctl/join.c tools/ctl/join.h \
	tools/ctl/channel.c \
	tools/ctl/client.c tools/ctl/client.h \
	tools/ctl/command.c tools/ctl/command.h \
	tools/ctl/compile.c tools/ctl/compile.h \
	tools/ctl/contract.c tools/ctl/cosign.c tools/ctl/cosign.h \
	tools/ctl/ctl.c tools/ctl/ctl.h \
	tools/ctl/error.c tools/ctl/error.h tools/ctl/event.c \
	tools/ctl/evp_sign.c tools/ctl/evp_sign.h \
	tools/ctl/follow.c tools/ctl/follow.h \
	tools/ctl/format.c tools/ctl/format.h \
	tools/ctl/grpc.c tools/ctl/help.c tools/ctl/help.h \
	tools/ctl/hex.c tools/ctl/hex.h \
	tools/ctl/host_conf.c tools/ctl/host_conf.h \
	tools/ctl/id.c tools/ctl/init.c tools/ctl/input.c \
	tools/ctl/issue.c tools/ctl/issue.h tools/ctl/ledger.c \
	tools/ctl/listen.c tools/ctl/listen.h \
	tools/ctl/members.c tools/ctl/members.h tools/ctl/message.c \
	tools/ctl/node.c tools/ctl/node.h \
	tools/ctl/node_conf.c tools/ctl/node_conf.h \
	tools/ctl/organisations.c tools/ctl/organisations.h \
	tools/ctl/output.c tools/ctl/output.h tools/ctl/peer.c \
	tools/ctl/peer_trust.c tools/ctl/peer_trust.h \
	tools/ctl/offline.c tools/ctl/offline.h \
	tools/ctl/pack.c tools/ctl/pack.h tools/ctl/plugin.c \
	host/plugin/scan_host.c host/plugin/scan_host.h \
	host/service/ambient.c host/service/ambient.h \
	tools/ctl/plugin_digest.c tools/ctl/plugin_digest.h \
	tools/ctl/private_file.c tools/ctl/private_file.h \
	tools/ctl/programs.c tools/ctl/programs.h \
	tools/ctl/progress.c tools/ctl/progress.h \
	tools/ctl/project.c tools/ctl/project.h \
	tools/ctl/receipt.c tools/ctl/receipt.h \
	tools/ctl/secp256k1_key.c tools/ctl/secp256k1_key.h \
	tools/ctl/settings.c tools/ctl/settings.h \
	tools/ctl/signer.c tools/ctl/signer.h \
	tools/ctl/solc.c tools/ctl/solc.h \
	tools/ctl/snapshot.c tools/ctl/snapshot.h \
	tools/ctl/sse.c tools/ctl/sse.h tools/ctl/status.c \
	tools/ctl/suggest.c tools/ctl/suggest.h \
	tools/ctl/token.c tools/ctl/token.h \
	tools/ctl/text_of.h \
	tools/ctl/transact.c tools/ctl/transact.h tools/ctl/tx.c

# The sample config, as a C string.
tools/ctl/host_conf_sample.inc: configs/bsn-hostd.conf
	$(AM_V_GEN)$(MKDIR_P) tools/ctl && $(SED) -e 's/\\/\\\\/g' \
		-e 's/"/\\"/g' -e 's/^/"/' -e 's/$$/\\n"/' \
		$(top_srcdir)/configs/bsn-hostd.conf >$@.new && mv $@.new $@
$(libbsnctl_a_OBJECTS): | tools/ctl/host_conf_sample.inc
CLEANFILES += tools/ctl/host_conf_sample.inc

bin_PROGRAMS += bsnctl
bsnctl_CPPFLAGS = $(ctl_flags)
bsnctl_SOURCES = tools/ctl/main.c
bsnctl_LDADD = $(libbsnctl_libs)
dist_pkgdata_DATA = tools/ctl/solc-compile.js

# The project that `bsnctl plugin new` begins with.
vendorkitdir = $(pkgdatadir)/vendor-kit
dist_vendorkit_DATA = vendor-kit/.gitignore vendor-kit/Makefile.am \
	vendor-kit/README.md vendor-kit/acme.c vendor-kit/configure.ac \
	vendor-kit/engine-acme.workload.json vendor-kit/hello.acme
dist_vendorkit_SCRIPTS = vendor-kit/autogen.sh
