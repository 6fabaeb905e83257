# plugins/engine-xuper/ledger
xuper_ledger = \
	plugins/engine-xuper/ledger/effects.c \
	plugins/engine-xuper/ledger/effects.h \
	plugins/engine-xuper/ledger/finalize.c \
	plugins/engine-xuper/ledger/ledger.h \
	plugins/engine-xuper/ledger/ledger_private.h \
	plugins/engine-xuper/ledger/open.c \
	plugins/engine-xuper/ledger/query.c \
	plugins/engine-xuper/ledger/record.c \
	plugins/engine-xuper/ledger/record.h \
	plugins/engine-xuper/ledger/room.c \
	plugins/engine-xuper/ledger/trace.c \
	plugins/engine-xuper/ledger/tree.c
