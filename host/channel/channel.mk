# host/channel: ports on which chains speak their framework's own protocol
CHANNEL_SOURCES = host/channel/channel.c host/channel/channel.h \
	host/channel/client.c host/channel/client.h \
	host/channel/listener.c host/channel/listener.h \
	host/channel/tls.c host/channel/tls.h
libbsn_host_a_SOURCES += $(CHANNEL_SOURCES)
