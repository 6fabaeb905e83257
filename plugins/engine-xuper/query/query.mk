# plugins/engine-xuper/query
xuper_query = \
	plugins/engine-xuper/query/block.c \
	plugins/engine-xuper/query/events.c \
	plugins/engine-xuper/query/events/filter.c \
	plugins/engine-xuper/query/events/filter.h \
	plugins/engine-xuper/query/events/match.c \
	plugins/engine-xuper/query/events/pattern.c \
	plugins/engine-xuper/query/events/pattern.h \
	plugins/engine-xuper/query/events/pattern_steps.c \
	plugins/engine-xuper/query/events/pattern_steps.h \
	plugins/engine-xuper/query/events/service.c \
	plugins/engine-xuper/query/events/service.h \
	plugins/engine-xuper/query/founders.c \
	plugins/engine-xuper/query/json.c \
	plugins/engine-xuper/query/json.h \
	plugins/engine-xuper/query/ledger.c \
	plugins/engine-xuper/query/proof.c \
	plugins/engine-xuper/query/proof.h \
	plugins/engine-xuper/query/query.h \
	plugins/engine-xuper/query/status.c \
	plugins/engine-xuper/query/stored.c \
	plugins/engine-xuper/query/stored.h \
	plugins/engine-xuper/query/tx.c \
	plugins/engine-xuper/query/tx_json.c \
	plugins/engine-xuper/query/utxo.c \
	plugins/engine-xuper/query/verify.c
