# Children of the daemon and of bsnctl.
noinst_LIBRARIES += libbsn-process.a
libbsn_process_a_SOURCES = host/process/child.c host/process/child.h \
	host/process/job.c host/process/job.h
libbsn_process_a_CPPFLAGS = $(AM_CPPFLAGS) $(GLIB_CFLAGS) $(EVENT_CFLAGS)
libbsn_process_libs = libbsn-process.a $(GLIB_LIBS) $(EVENT_LIBS)

bsnlibexec_PROGRAMS += bsn-limited
bsn_limited_SOURCES = host/process/limit_main.c host/process/limits.c \
	host/process/limits.h
bsn_limited_CPPFLAGS = $(AM_CPPFLAGS) $(GLIB_CFLAGS)

bsnlibexec_PROGRAMS += bsn-confined
bsn_confined_SOURCES = host/process/confine.h host/process/confine_calls.c \
	host/process/confine_files.c host/process/confine_main.c \
	host/process/confine_namespaces.c host/process/limits.c \
	host/process/limits.h
bsn_confined_CPPFLAGS = $(AM_CPPFLAGS) $(GLIB_CFLAGS)
