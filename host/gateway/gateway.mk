# host/gateway
GATEWAY_SOURCES = host/access/audit.c host/access/audit.h \
	host/access/authenticate.c host/access/authenticate.h \
	host/access/challenge.c host/access/challenge.h \
	host/access/records.c host/access/records.h \
	host/access/key_owners.c host/access/key_owners.h \
	host/access/tokens.c host/access/tokens.h \
	host/gateway/ask.c host/gateway/ask.h \
	host/gateway/blocks.c host/gateway/body.c host/gateway/body.h \
	host/gateway/chain_body.c \
	host/gateway/chain_json.c host/gateway/chain_json.h \
	host/gateway/chains.c host/gateway/connection.c \
	host/gateway/connection.h host/gateway/contracts.c \
	host/gateway/cors.c host/gateway/cors.h \
	host/gateway/error.c host/gateway/error.h host/gateway/event_text.c \
	host/gateway/event_text.h host/gateway/event_where.c \
	host/gateway/event_where.h host/gateway/events.c \
	host/gateway/exchange.c host/gateway/exchange.h \
	host/gateway/gateway.c host/gateway/gateway.h \
	host/gateway/head_scan.c host/gateway/head_scan.h \
	host/gateway/hex.c host/gateway/hex.h host/gateway/hub.c \
	host/gateway/hub.h host/gateway/hub_private.h \
	host/gateway/hub_replay.c host/gateway/hosted_keys.c \
	host/gateway/hosted_sign.c host/gateway/ids.c host/gateway/internal.h \
	host/gateway/introduce.c host/gateway/introduce.h \
	host/gateway/identify.c host/gateway/identify.h host/gateway/join.c \
	host/gateway/join_body.c host/gateway/json.c host/gateway/json.h \
	host/gateway/json_scan.c host/gateway/json_scan.h host/gateway/ledger.c \
	host/gateway/key_work.c host/gateway/key_work.h \
	host/gateway/listener.c host/gateway/listener.h \
	host/gateway/native.c host/gateway/native.h host/gateway/measure.c host/gateway/message_ask.h \
	host/gateway/message_body.c host/gateway/message_body.h \
	host/gateway/message_proof.c \
	host/gateway/message_rate.c host/gateway/message_rate.h \
	host/gateway/messages.c host/gateway/node_keys.c \
	host/gateway/nodes.c \
	host/gateway/peers.c host/gateway/plugins.c \
	host/gateway/router.c host/gateway/router.h \
	host/gateway/routes.h host/gateway/rpc.c host/gateway/rpc_call.c \
	host/gateway/rpc_call.h host/gateway/rpc_scan.c \
	host/gateway/rpc_scan.h host/gateway/rpc_tokens.c host/gateway/server.c host/gateway/server.h \
	host/gateway/snapshots.c \
	host/gateway/status.c host/gateway/submission.c host/gateway/submission.h \
	host/gateway/submit.c host/gateway/submit_scan.c \
	host/gateway/submit_scan.h host/gateway/target.c \
	host/gateway/target.h \
	host/gateway/traffic.c host/gateway/traffic.h host/gateway/txs.c \
	host/gateway/websocket.c host/gateway/websocket.h \
	host/gateway/words.c host/gateway/words_ask.c host/gateway/words_ask.h \
	host/gateway/ws_parser.c host/gateway/ws_parser.h
libbsn_host_a_SOURCES += $(GATEWAY_SOURCES)
