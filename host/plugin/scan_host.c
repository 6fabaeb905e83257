/* SPDX-License-Identifier: Apache-2.0
 *
 * Services that need a chain answer BSN_E_STATE, since nobody can have one;
 * log lines go nowhere; the clock and the generator are real.
 */
#include "config.h"

#include "host/plugin/scan_host.h"

#include <bsn/ext/compiler.h>
#include <bsn/ext/public_key.h>
#include <bsn/ext/session.h>
#include <bsn/helpers/error.h>
#include <glib.h>
#include <string.h>

#include "host/service/ambient.h"
#include "host/service/no_grpc.h"
#include "host/service/no_http.h"

#define NO_CHAIN "no chain is open while a plugin is scanned"

static void
log_write(bsn_chain *chain, uint32_t level, const char *text)
{
}

static const bsn_log service_log = {
	.size = sizeof(service_log),
	.write = log_write,
};

static int32_t
timer_set(bsn_chain *chain, uint64_t id, uint64_t delay_ms)
{
	return BSN_E_STATE;
}

static void
timer_cancel(bsn_chain *chain, uint64_t id)
{
}

static const bsn_timer service_timer = {
	.size = sizeof(service_timer),
	.set = timer_set,
	.cancel = timer_cancel,
};

static int32_t
store_get(bsn_chain *chain, bsn_slice key, bsn_sink *value, bsn_err *err)
{
	return bsn_fail(err, BSN_E_STATE, NO_CHAIN);
}

static int32_t
store_scan(bsn_chain *chain, bsn_slice from, bsn_slice to, uint32_t flags,
	   bsn_scan_sink *sink, bsn_err *err)
{
	return bsn_fail(err, BSN_E_STATE, NO_CHAIN);
}

static int32_t
store_commit(bsn_chain *chain, const bsn_write *writes, uint64_t n,
	     uint64_t cookie, bsn_err *err)
{
	return bsn_fail(err, BSN_E_STATE, NO_CHAIN);
}

static int32_t
store_writable(bsn_chain *chain, bsn_err *err)
{
	return bsn_fail(err, BSN_E_STATE, NO_CHAIN);
}

static const bsn_store service_store = {
	.size = sizeof(service_store),
	.get = store_get,
	.scan = store_scan,
	.commit = store_commit,
	.writable = store_writable,
};

/* Each plugin is scanned alone, so there is nothing of another's to find. */
static const bsn_hash *
no_hash(const char *name)
{
	return NULL;
}

static const bsn_signature *
no_signature(const char *name)
{
	return NULL;
}

static const bsn_cipher *
no_cipher(const char *name)
{
	return NULL;
}

static const bsn_crypto_by_name service_crypto = {
	.size = sizeof(service_crypto),
	.hash = no_hash,
	.signature = no_signature,
	.cipher = no_cipher,
};

static const bsn_encryption *
no_encryption(const char *name)
{
	return NULL;
}

static const bsn_key_agreement *
no_agreement(const char *name)
{
	return NULL;
}

static const bsn_public_key_by_name service_public_key = {
	.size = sizeof(service_public_key),
	.encryption = no_encryption,
	.agreement = no_agreement,
};

static const struct bsn_runtime *
no_runtime(const char *name)
{
	return NULL;
}

static const bsn_runtimes service_runtimes = {
	.size = sizeof(service_runtimes),
	.find = no_runtime,
};

static const struct bsn_consensus *
no_consensus(const char *name)
{
	return NULL;
}

static const bsn_consensuses service_consensuses = {
	.size = sizeof(service_consensuses),
	.find = no_consensus,
};

static int32_t
keys_node_public_key(bsn_chain *chain, const char *algorithm,
		     bsn_sink *public_key, bsn_err *err)
{
	return bsn_fail(err, BSN_E_STATE, NO_CHAIN);
}

static int32_t
keys_node_sign(bsn_chain *chain, const char *algorithm, uint32_t convention,
	       bsn_slice message, bsn_sink *signature, bsn_err *err)
{
	return bsn_fail(err, BSN_E_STATE, NO_CHAIN);
}

static const bsn_keys service_keys = {
	.size = sizeof(service_keys),
	.node_public_key = keys_node_public_key,
	.node_sign = keys_node_sign,
};

static void
parallel_run(bsn_chain *chain, bsn_jobs *jobs, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		jobs->run(jobs, i);
}

static uint64_t
parallel_width(bsn_chain *chain)
{
	return 1;
}

static const bsn_parallel service_parallel = {
	.size = sizeof(service_parallel),
	.run = parallel_run,
	.width = parallel_width,
};

/* There is no request, hence nothing that could be answered. */
static void
reply_fail(bsn_reply *reply, int32_t status, const bsn_err *err)
{
}

static void
reply_signable(bsn_reply *reply, const bsn_signable *signable)
{
}

static void
reply_tx(bsn_reply *reply, const bsn_tx_result *result)
{
}

static void
reply_value(bsn_reply *reply, bsn_slice json)
{
}

static void
reply_ledger(bsn_reply *reply, const bsn_ledger_info *info)
{
}

static void
reply_block(bsn_reply *reply, const bsn_block_info *info)
{
}

static void
reply_status(bsn_reply *reply, const bsn_chain_status *status)
{
}

static void
reply_event(bsn_reply *reply, const bsn_event *event)
{
}

static void
reply_events_end(bsn_reply *reply, uint64_t next)
{
}

static const bsn_reply_service service_reply = {
	.size = sizeof(service_reply),
	.fail = reply_fail,
	.signable = reply_signable,
	.tx = reply_tx,
	.value = reply_value,
	.ledger = reply_ledger,
	.block = reply_block,
	.status = reply_status,
	.event = reply_event,
	.events_end = reply_events_end,
};

static void
events_block(bsn_chain *chain, uint64_t number)
{
}

static void
chain_fail(bsn_chain *chain, const bsn_err *why)
{
}

static const bsn_chain_service service_chain = {
	.size = sizeof(service_chain),
	.fail = chain_fail,
};

static const bsn_events service_events = {
	.size = sizeof(service_events),
	.block = events_block,
};

/* Nor is there anybody connected. */
static int32_t
session_push(bsn_session *session, bsn_slice data)
{
	return BSN_UNAVAILABLE;
}

static void
session_close(bsn_session *session)
{
}

static const bsn_session_service service_session = {
	.size = sizeof(service_session),
	.push = session_push,
	.close = session_close,
};

static int32_t
compiler_offers(const char *language)
{
	return 0;
}

static int32_t
compiler_run(bsn_chain *chain, const char *language, bsn_slice input,
	     bsn_reply *reply, bsn_compilation *compilation, bsn_err *err)
{
	return bsn_fail(err, BSN_E_STATE, NO_CHAIN);
}

static const bsn_compiler service_compiler = {
	.size = sizeof(service_compiler),
	.offers = compiler_offers,
	.run = compiler_run,
};

static const struct {
	const char *id;
	const void *table;
} services[] = {
	{ BSN_LOG_ID, &service_log },
	{ BSN_CLOCK_ID, &service_clock },
	{ BSN_TIMER_ID, &service_timer },
	{ BSN_RANDOM_ID, &service_random },
	{ BSN_STORE_ID, &service_store },
	{ BSN_CRYPTO_BY_NAME_ID, &service_crypto },
	{ BSN_KEYS_ID, &service_keys },
	{ BSN_PARALLEL_ID, &service_parallel },
	{ BSN_RUNTIMES_ID, &service_runtimes },
	{ BSN_CONSENSUSES_ID, &service_consensuses },
	{ BSN_REPLY_ID, &service_reply },
	{ BSN_CHAIN_ID, &service_chain },
	{ BSN_EVENTS_ID, &service_events },
	{ BSN_SESSION_ID, &service_session },
	{ BSN_GRPC_ID, &service_no_grpc },
	{ BSN_HTTP_ID, &service_no_http },
	{ BSN_COMPILER_ID, &service_compiler },
	{ BSN_PUBLIC_KEY_BY_NAME_ID, &service_public_key },
};

static const void *
query(const char *id)
{
	for (gsize i = 0; i < G_N_ELEMENTS(services); i++)
		if (strcmp(services[i].id, id) == 0)
			return services[i].table;
	return NULL;
}

const bsn_host scan_host = {
	.size = sizeof(scan_host),
	.name = "bsn-plugin-scan",
	.version = PACKAGE_VERSION,
	.query = query,
};
