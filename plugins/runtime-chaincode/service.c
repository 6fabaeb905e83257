/* SPDX-License-Identifier: Apache-2.0
 *
 * A chaincode that runs as a service: it is connected to and asked to connect
 * to its peer, which is this end of the same connection.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/runtime-chaincode/worker.h"

static void
opened(LinkOwner *owner)
{
	static const GrpcMethod method = { "/protos.Chaincode/Connect", TRUE,
					   TRUE };
	Worker *worker = WORKER_OF(owner, owner);
	g_autoptr(GError) error = NULL;

	worker->call = grpc_client_call(link_grpc(worker->link), &method, NULL,
					0, &talk_events, worker,
					g_get_monotonic_time(), &error);
	if (worker->call == NULL)
		worker_fail(worker, "%s", error->message);
}

static bsn_slice
pem(const char *text)
{
	return bsn_slice_str(text != NULL ? text : "");
}

void
service_start(Worker *worker)
{
	const Connection *where = worker->program->connection;
	const bsn_io_tls tls = { .size = sizeof(tls),
				 .certificate = pem(where->client_cert),
				 .key = pem(where->client_key),
				 .ca = pem(where->root_cert),
				 .alpn = "h2" };
	bsn_err err = BSN_ERR_INIT;

	worker->owner.opened = opened;
	if (link_connect(runtime_host.io, runtime_host.account, where->address,
			 where->tls ? &tls : NULL, where->dial_ms,
			 &worker->owner, &worker->link, &err) != BSN_OK)
		worker_fail(worker, "%s: %s", where->address, err.reason);
}
