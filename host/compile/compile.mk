# Compilers of contracts, run as children.
COMPILE_SOURCES = host/compile/compilers.c host/compile/compilers.h \
	host/compile/lend.c host/compile/lend.h
libbsn_host_a_SOURCES += $(COMPILE_SOURCES)
libbsn_host_libs += $(libbsn_process_libs)
