libbsn_host_a_SOURCES += host/config/config.h host/config/config.c \
	host/config/address.h host/config/address.c \
	host/config/config_key.h host/config/config_key.c \
	host/config/config_lines.h host/config/config_lines.c \
	host/config/config_value.h host/config/config_value.c
libbsn_host_a_CPPFLAGS += -DBSN_PLUGIN_DIR='"$(bsnplugindir)"'
