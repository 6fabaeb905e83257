/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/gateway.h: the one HTTPS interface to every app chain, as
 * docs/gateway-api.md describes it. Main loop only. The process ignores
 * SIGPIPE.
 */
#ifndef HOST_GATEWAY_GATEWAY_H
#define HOST_GATEWAY_GATEWAY_H

#include <glib.h>

#include "host/chain/chain.h"
#include "host/config/config.h"
#include "host/io/io.h"
#include "host/loop.h"
#include "host/ops/metrics.h"
#include "host/peer/peers.h"
#include "host/plugin/registry.h"
#include "host/service/keystore.h"
#include "host/service/store.h"
#include "identity/certificate.h"
#include "identity/signed_request.h"

typedef struct Gateway Gateway;

/* What it works with; all outlive it. */
typedef struct {
	Loop *loop;
	Workers *workers;
	const Config *config;
	ChainTable *chains;
	PluginRegistry *plugins; /* may be NULL: no files */
	Keystore *keystore;
	const TrustStore *trust;
	RequestVerifier *verifier;
	Store *store;
	Peers *peers; /* NULL: it speaks to no other host */
	IoService *io; /* NULL: plugins have no input and output */
} GatewayDeps;

/* Listens on [gateway] listen and becomes the chains' block listener. */
Gateway *gateway_new(const GatewayDeps *deps, GError **error);
/* Accepts nobody else, answers what was accepted, ends event streams, within
 * some seconds; then calls `done` on the main loop. */
void gateway_stop(Gateway *gateway, void (*done)(void *owner), void *owner);
/* After the chains have answered everything (their table has stopped), outside
 * the running loop. */
void gateway_free(Gateway *gateway);

/* A MetricsProvider; its owner is the gateway. */
void gateway_measure(MetricsWriter *w, void *gateway);

/* The port that it listens on. */
guint16 gateway_port(const Gateway *gateway);

#endif
