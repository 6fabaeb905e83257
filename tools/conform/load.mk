# The checks of a plugin's file and of its opening. The host that they open it
# before is the one of the scan.
libbsn_conform_la_SOURCES += \
	host/plugin/scan_host.c host/plugin/scan_host.h \
	host/service/ambient.c host/service/ambient.h \
	tools/conform/checks-load.c tools/conform/checks-load-file.c \
	tools/conform/checks-load-tables.c \
	tools/conform/elf-dynamic.c tools/conform/elf-dynamic.h \
	tools/conform/load.h tools/conform/load-imports.c \
	tools/conform/snapshot.c tools/conform/snapshot.h
