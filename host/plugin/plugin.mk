libbsn_host_a_SOURCES += host/plugin/registry.h host/plugin/registry.c \
	host/plugin/cache.h host/plugin/cache.c host/plugin/candidate.h \
	host/plugin/candidate.c host/plugin/certificate.h \
	host/plugin/certificate.c host/plugin/certified.h \
	host/plugin/certified.c host/plugin/check.h host/plugin/check.c \
	host/plugin/check_grpc.h host/plugin/check_http.h \
	host/plugin/check_http.c host/plugin/check_grpc.c \
	host/plugin/check_members.h host/plugin/check_more.c \
	host/plugin/check_more.h host/plugin/digest.h host/plugin/digest.c \
	host/plugin/envelope.h host/plugin/envelope.c host/plugin/elf_file.h \
	host/plugin/elf_file.c host/plugin/kat.h host/plugin/kat_cipher.c \
	host/plugin/kat_hash.c host/plugin/kat_public_key.c \
	host/plugin/kat_signature.c host/plugin/kat_vectors.h \
	host/plugin/kat_vectors.c host/plugin/load.h host/plugin/load.c \
	host/plugin/names.h host/plugin/names.c host/plugin/note.h \
	host/plugin/note.c host/plugin/report.h host/plugin/report.c \
	host/plugin/rule.h host/plugin/rule.c host/plugin/scan.h \
	host/plugin/scan.c host/plugin/signature.h host/plugin/signature.c \
	host/plugin/signers.h host/plugin/signers.c host/plugin/trust.h \
	host/plugin/trust.c host/plugin/verified.h host/plugin/verified.c

# The child that opens a plugin first. It is small on purpose: what it links is
# what a plugin finds beside itself.
bsnlibexecdir = $(libexecdir)/bsn
bsnlibexec_PROGRAMS = bsn-plugin-scan
bsn_plugin_scan_CPPFLAGS = $(AM_CPPFLAGS) $(GLIB_CFLAGS) $(JANSSON_CFLAGS)
bsn_plugin_scan_LDADD = $(GLIB_LIBS) $(JANSSON_LIBS)
bsn_plugin_scan_SOURCES = host/plugin/scan_main.c host/plugin/scan.h \
	host/plugin/scan_host.h host/plugin/scan_host.c host/plugin/check.h \
	host/plugin/check.c host/plugin/check_grpc.h \
	host/plugin/check_http.h host/plugin/check_http.c \
	host/plugin/check_grpc.c host/plugin/check_members.h \
	host/plugin/check_more.c host/plugin/check_more.h host/plugin/elf_file.h host/plugin/elf_file.c \
	host/plugin/kat.h host/plugin/kat_cipher.c host/plugin/kat_hash.c \
	host/plugin/kat_public_key.c host/plugin/kat_signature.c \
	host/plugin/kat_vectors.h \
	host/plugin/kat_vectors.c host/plugin/note.h host/plugin/note.c \
	host/plugin/report.h host/plugin/report.c host/plugin/rule.h \
	host/plugin/rule.c host/process/limits.c host/process/limits.h \
	host/service/ambient.h host/service/ambient.c \
	host/service/no_grpc.h host/service/no_grpc.c \
	host/service/no_http.h host/service/no_http.c \
	host/status.h host/status.c
