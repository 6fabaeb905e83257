# All of the daemon but its main function, so that tests link it too.
host_flags = $(AM_CPPFLAGS) $(GLIB_CFLAGS) $(LMDB_CFLAGS) $(SSL_CFLAGS) \
	$(CRYPTO_CFLAGS) $(EVENT_CFLAGS) $(NGHTTP2_CFLAGS) $(JANSSON_CFLAGS) \
	$(SYSTEMD_CFLAGS)
noinst_LIBRARIES += libbsn-host.a
libbsn_host_a_CPPFLAGS = $(host_flags)
libbsn_host_libs = libbsn-host.a $(libbsn_identity_libs) \
	$(libbsn_grpc_event_libs) $(libbsn_grpc_libs) $(GLIB_LIBS) \
	$(LMDB_LIBS) $(SSL_LIBS) $(CRYPTO_LIBS) $(EVENT_LIBS) $(JANSSON_LIBS) \
	$(SYSTEMD_LIBS) $(LTDL_LIBS)
libbsn_host_a_SOURCES = host/status.h host/status.c host/loop.h

include host/config/config.mk
include host/plugin/plugin.mk
include host/process/process.mk
include host/compile/compile.mk
include host/chain/chain.mk
include host/service/service.mk
include host/access/access.mk
include host/net/net.mk
include host/io/io.mk
include host/channel/channel.mk
include host/grpc/grpc.mk
include host/peer/peer.mk
include host/gateway/gateway.mk
include host/ops/ops.mk

sbin_PROGRAMS += bsn-hostd
bsn_hostd_SOURCES = host/main.c host/daemon.c host/daemon.h \
	host/observe.c host/observe.h
bsn_hostd_CPPFLAGS = $(host_flags) -DBSN_SYSCONF_DIR='"$(sysconfdir)/bsn"' \
	-DBSN_LIBEXEC_DIR='"$(libexecdir)/bsn"'
bsn_hostd_LDADD = $(libbsn_host_libs)
