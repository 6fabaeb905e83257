libbsn_host_a_SOURCES += host/service/ambient.c host/service/ambient.h \
	host/service/services.c host/service/services.h host/service/net.c \
	host/service/net_deliver.c host/service/net_members.c \
	host/service/net.h host/service/no_grpc.c host/service/no_grpc.h \
	host/service/no_http.c host/service/no_http.h host/service/session.c \
	host/service/session.h host/service/stream.c host/service/stream.h \
	host/service/timer.c host/service/timer.h
KEYSTORE_SOURCES = host/service/keystore.h host/service/keystore.c \
	host/service/keystore_certificate.c \
	host/service/keystore_file.h host/service/keystore_file.c \
	host/service/keystore_open.c host/service/keystore_private.h \
	host/service/keystore_place.h host/service/keystore_place.c \
	host/service/keystore_seal.h host/service/keystore_seal.c
libbsn_host_a_SOURCES += $(KEYSTORE_SOURCES)
noinst_LIBRARIES += libbsn-store.a
libbsn_store_a_CPPFLAGS = $(host_flags)
libbsn_store_a_SOURCES = host/service/store.h host/service/store.c \
	host/service/store_private.h \
	host/service/store_batch.h host/service/store_batch.c \
	host/service/store_committer.c host/service/store_copy.h \
	host/service/store_copy.c host/service/store_crc.h \
	host/service/store_crc.c host/service/store_erase.c \
	host/service/store_env.h host/service/store_env_private.h \
	host/service/store_env.c host/service/store_env_read.c \
	host/service/store_env_write.c host/service/store_fill.c \
	host/service/store_filter.h host/service/store_filter.c \
	host/service/store_view.h host/service/store_view.c \
	host/service/store_folder.c \
	host/service/store_journal.h \
	host/service/store_journal_private.h host/service/store_journal.c \
	host/service/store_journal_scan.c \
	host/service/store_journal_segment.c host/service/store_overlay.h \
	host/service/store_overlay.c host/service/store_record.h \
	host/service/store_record.c host/service/store_room.c \
	host/service/store_scan.c
libbsn_store_libs = libbsn-store.a $(LMDB_LIBS) $(GLIB_LIBS)
# Which writes into the host's log and counts.
libbsn_host_libs += $(libbsn_store_libs) libbsn-host.a
