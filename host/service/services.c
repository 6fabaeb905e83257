/* SPDX-License-Identifier: Apache-2.0
 *
 * What a plugin may ask for. Each service is cut to the chain whose handle it
 * is given.
 */
#include "config.h"

#include "host/service/services.h"

#include <string.h>

#include "host/chain/internal.h"
#include "host/chain/parallel.h"
#include "host/compile/lend.h"
#include "host/grpc/service.h"
#include "host/ops/cpu.h"
#include "host/ops/log.h"
#include "host/plugin/registry.h"
#include "host/service/ambient.h"
#include "host/service/net.h"
#include "host/service/session.h"

static void
log_write_line(bsn_chain *chain, uint32_t level, const char *text)
{
	const char *name = chain != NULL ? chain_name(chain) : NULL;

	switch (level) {
	case BSN_LOG_ERROR:
		log_error("engine", name, "%s", text);
		break;
	case BSN_LOG_WARNING:
		log_warning("engine", name, "%s", text);
		break;
	case BSN_LOG_INFO:
		log_info("engine", name, "%s", text);
		break;
	default: /* a plugin's number, not an enumeration of ours */
		log_debug("engine", name, "%s", text);
		break;
	}
}

static const bsn_log service_log = {
	.size = sizeof(service_log),
	.write = log_write_line,
};

static const bsn_timer service_timer = {
	.size = sizeof(service_timer),
	.set = timer_set,
	.cancel = timer_cancel,
};

static int32_t
chain_store_get(bsn_chain *chain, bsn_slice key, bsn_sink *value, bsn_err *err)
{
	return store_get(chain->space, key, value, err);
}

static int32_t
chain_store_scan(bsn_chain *chain, bsn_slice from, bsn_slice to,
		 uint32_t flags, bsn_scan_sink *sink, bsn_err *err)
{
	return store_scan(chain->space, from, to, flags, sink, err);
}

static int32_t
chain_store_commit(bsn_chain *chain, const bsn_write *writes, uint64_t n,
		   uint64_t cookie, bsn_err *err)
{
	const guint32 before = cpu_charge(BSN_CPU_STORAGE);
	const int32_t status =
		store_commit(chain->space, writes, n, cookie, err);

	if (status == BSN_OK && cookie != 0)
		chain_batch_accepted(chain, cookie);
	(void)cpu_charge(before);
	return status;
}

static int32_t
chain_store_writable(bsn_chain *chain, bsn_err *err)
{
	return store_writable(chain->space, err);
}

static const bsn_store service_store = {
	.size = sizeof(service_store),
	.get = chain_store_get,
	.scan = chain_store_scan,
	.commit = chain_store_commit,
	.writable = chain_store_writable,
};

static const bsn_crypto_by_name service_crypto = {
	.size = sizeof(service_crypto),
	.hash = plugin_find_hash,
	.signature = plugin_find_signature,
	.cipher = plugin_find_cipher,
};

static const bsn_public_key_by_name service_public_key = {
	.size = sizeof(service_public_key),
	.encryption = plugin_find_encryption,
	.agreement = plugin_find_agreement,
};

static int32_t
keys_node_public_key(bsn_chain *chain, const char *algorithm,
		     bsn_sink *public_key, bsn_err *err)
{
	return keystore_node_public_key(chain->table->keystore, algorithm,
					public_key, err);
}

static int32_t
keys_node_sign(bsn_chain *chain, const char *algorithm, uint32_t convention,
	       bsn_slice message, bsn_sink *signature, bsn_err *err)
{
	const guint32 before = cpu_charge(BSN_CPU_CRYPTO);
	const int32_t status =
		keystore_node_sign(chain->table->keystore, algorithm,
				   convention, message, signature, err);

	(void)cpu_charge(before);
	return status;
}

static int32_t
keys_node_certificate(bsn_chain *chain, const char *algorithm,
		      bsn_sink *certificate, bsn_err *err)
{
	return keystore_node_certificate(chain->table->keystore, algorithm,
					 certificate, err);
}

static const bsn_keys service_keys = {
	.size = sizeof(service_keys),
	.node_public_key = keys_node_public_key,
	.node_sign = keys_node_sign,
	.node_certificate = keys_node_certificate,
};

static void
run_job(void *arg, guint64 index)
{
	bsn_jobs *jobs = arg;

	jobs->run(jobs, index);
}

static void
parallel_run(bsn_chain *chain, bsn_jobs *jobs, uint64_t n)
{
	workers_run(chain->table->workers, run_job, jobs, n);
}

static uint64_t
parallel_width(bsn_chain *chain)
{
	return workers_count(chain->table->workers);
}

static const bsn_parallel service_parallel = {
	.size = sizeof(service_parallel),
	.run = parallel_run,
	.width = parallel_width,
};

typedef struct {
	StrandCall call;
	Chain *chain;
	char *reason;
} GivenUp;

static void
given_up_on_loop(StrandCall *call)
{
	GivenUp *given_up = (GivenUp *)call;

	chain_table_give_up(given_up->chain, given_up->reason);
	chain_unref(given_up->chain);
	g_free(given_up->reason);
	g_free(given_up);
}

static void
chain_fail(bsn_chain *chain, const bsn_err *why)
{
	GivenUp *given_up = g_new0(GivenUp, 1);

	given_up->call.run = given_up_on_loop;
	given_up->chain = chain_ref(chain);
	given_up->reason = g_strndup(why->reason, sizeof(why->reason) - 1);
	loop_post(chain->table->loop, &given_up->call);
}

static const bsn_chain_service service_chain = {
	.size = sizeof(service_chain),
	.fail = chain_fail,
};

static const bsn_runtimes service_runtimes = {
	.size = sizeof(service_runtimes),
	.find = plugin_find_runtime,
};

static const bsn_consensuses service_consensuses = {
	.size = sizeof(service_consensuses),
	.find = plugin_find_consensus,
};

static void
events_block(bsn_chain *chain, uint64_t number)
{
	CHAIN_COUNT(chain, blocks, 1);
	__atomic_store_n(&chain->durable_block, number, __ATOMIC_RELEASE);
	if (g_atomic_int_compare_and_exchange(&chain->block_posted, 0, 1)) {
		chain_ref(chain);
		loop_post(chain->table->loop, &chain->block_call);
	}
}

static const bsn_events service_events = {
	.size = sizeof(service_events),
	.block = events_block,
};

static const void *
query(const char *id)
{
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
		{ BSN_CHAIN_ID, &service_chain },
		{ BSN_PARALLEL_ID, &service_parallel },
		{ BSN_RUNTIMES_ID, &service_runtimes },
		{ BSN_CONSENSUSES_ID, &service_consensuses },
		{ BSN_REPLY_ID, &service_reply },
		{ BSN_EVENTS_ID, &service_events },
		{ BSN_SESSION_ID, &service_session },
		{ BSN_GRPC_ID, &service_grpc },
		{ BSN_HTTP_ID, &service_http },
		{ BSN_COMPILER_ID, &service_compiler },
		{ BSN_CPU_ID, &service_cpu },
		{ BSN_CHAINS_ID, &service_chains },
		{ BSN_PUBLIC_KEY_BY_NAME_ID, &service_public_key },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(services); i++)
		if (strcmp(services[i].id, id) == 0)
			return services[i].table;
	return strcmp(id, BSN_NET_ID) == 0 ? net_service() : NULL;
}

const bsn_host host_as_plugins_see_it = {
	.size = sizeof(host_as_plugins_see_it),
	.name = "bsn-hostd",
	.version = PACKAGE_VERSION,
	.query = query,
};
