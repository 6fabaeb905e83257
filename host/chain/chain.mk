libbsn_host_la_SOURCES += host/chain/chain.h host/chain/reply.h host/chain/strand.h
