/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/chaincode-service.h: a chaincode that runs as a service, in the
 * test itself, and says whatever the test wants.
 */
#ifndef TESTS_UNIT_CHAINCODE_SERVICE_H
#define TESTS_UNIT_CHAINCODE_SERVICE_H

#include "plugins/runtime-chaincode/link.h"
#include "plugins/runtime-chaincode/shim.h"
#include "tests/unit/chaincode-peer.h"

#define SERVICE_ID "svc_1:abcd"

typedef struct Service Service;
struct Service {
	LinkOwner owner;
	bsn_io_acceptor acceptor;
	Peer *peer;
	bsn_io_listener *listener;
	char *address;
	Link *link;
	GrpcCall *call;
	guint connections, told_n;
	gboolean over; /* the link is to be freed */
	GString *log;  /* types of what was told, separated by blanks */
	/* When it is asked to connect; by default it registers. */
	void (*begun)(Service *service);
	/* When it is told something. */
	void (*told)(Service *service, const ShimMessage *message);
};

/* A peer that may connect to it. */
Peer *service_peer(void);
/* It listens. */
Service *service_new(Peer *peer, const bsn_io_tls *tls);
void service_free(Service *service);
/* Starts a package that names it; `json` follows the address. */
int32_t service_install(Service *service, const char *json, bsn_err *err);

void service_say(Service *service, guint32 type, const char *tx_id,
		 const char *payload);
void service_say_bytes(Service *service, const void *data, gsize len);
void service_register(Service *service, const char *name);
/* COMPLETED with a Response of 200 and no payload. */
void service_complete(Service *service, const char *tx_id);

#endif
