libbsn_host_a_SOURCES += host/chain/callqueue.c host/chain/callqueue.h \
	host/bytes.h host/chain/chain.c host/chain/chain.h \
	host/chain/founding.c host/chain/founding.h \
	host/chain/genesis.c host/chain/internal.h \
	host/chain/parallel.c host/chain/parallel.h host/chain/question.c \
	host/chain/intake.c host/chain/intake.h \
	host/chain/record.c host/chain/record.h host/chain/reply.c \
	host/chain/reply.h host/chain/reply_copy.c \
	host/chain/reply_copy.h host/chain/strand.c host/chain/strand.h \
	host/chain/table.c host/chain/table.h host/chain/workers.c \
	host/chain/workers.h host/loop.c
