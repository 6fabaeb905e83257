/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/key_work.h: a request that is about keys. The keystore writes to
 * disk, so its work is done on a worker.
 */
#ifndef HOST_GATEWAY_KEY_WORK_H
#define HOST_GATEWAY_KEY_WORK_H

#include "host/gateway/body.h"
#include "host/gateway/exchange.h"
#include "host/gateway/json.h"

typedef struct KeyWork KeyWork;
struct KeyWork {
	StrandCall call;
	Exchange *exchange; /* main loop */
	Loop *loop;
	Keystore *keystore;
	void (*work)(KeyWork *work); /* on a worker */
	/* On the main loop, also when the caller has left: when status is
	 * BSN_OK, and when it is not (may be NULL). */
	void (*then)(KeyWork *work);
	void (*failed)(KeyWork *work);
	char *name, *algorithm;
	int32_t status;
	bsn_err err;
	HostedKey *key;
	GPtrArray *keys;
	KeyChangeBody change; /* of ids_change */
	NodeKeyBody node;     /* of node_key_certify */
	guint8 node_key[BSN_PUBLIC_KEY_MAX];
	guint64 node_key_len;
	GBytes *certificate; /* of the node's key, DER */
};

KeyWork *key_work_new(Exchange *exchange, void (*on_worker)(KeyWork *),
		      void (*then)(KeyWork *));
/* Hands it over; it frees itself. */
void key_work_start(KeyWork *work);
/* Of one that was not started. */
void key_work_free(KeyWork *work);

/* In PEM; null for none. */
json_t *json_certificate(GBytes *der);

#endif
