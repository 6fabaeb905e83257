/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-chaincode/connection.h: where a chaincode is that runs as a
 * service: connection.json of a package of type "ccaas" or "external". All
 * functions: [any].
 */
#ifndef RUNTIME_CHAINCODE_CONNECTION_H
#define RUNTIME_CHAINCODE_CONNECTION_H

#include "plugins/chaincode/package.h"

/* Bytes of the file. */
#define CONNECTION_MAX (64u << 10)

typedef struct {
	char *address; /* "127.0.0.1:9999" */
	guint32 dial_ms;
	gboolean tls;
	/* PEM; with TLS: */
	char *root_cert;
	char *client_key, *client_cert; /* NULL: it asks for none */
} Connection;

/* Errors: BSN_BAD_REQUEST, BSN_TOO_LARGE. */
int32_t connection_read(const ChaincodePackage *package,
			Connection **connection, bsn_err *err);
int32_t connection_parse(bsn_slice json, Connection **connection, bsn_err *err);
void connection_free(Connection *connection);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Connection, connection_free)

#endif
