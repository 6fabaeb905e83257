# host/grpc: frameworks' own gRPC services, on one address for all chains
GRPC_CALL_SOURCES = host/grpc/call.c host/grpc/call.h \
	host/grpc/routes.c host/grpc/routes.h \
	host/grpc/service.h host/grpc/share.c host/grpc/share.h \
	host/grpc/strand.c
HOST_GRPC_SOURCES = $(GRPC_CALL_SOURCES) \
	host/grpc/guest.c host/grpc/guest.h \
	host/grpc/server.c host/grpc/server.h
libbsn_host_a_SOURCES += $(HOST_GRPC_SOURCES)
