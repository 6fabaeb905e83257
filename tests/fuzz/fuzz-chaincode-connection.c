/* SPDX-License-Identifier: Apache-2.0
 *
 * connection.json: what is taken can be used.
 */
#include <bsn/helpers/bytes.h>

#include "plugins/runtime-chaincode/connection.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(Connection) connection = NULL;

	if (connection_parse(bsn_slice_of(data, size), &connection, NULL) !=
	    BSN_OK)
		return 0;
	g_assert_cmpuint(connection->dial_ms, >, 0);
	g_assert_cmpuint(connection->dial_ms, <=, 600000);
	g_assert_cmpuint(strlen(connection->address), >, 0);
	g_assert_true(!connection->tls || connection->root_cert != NULL);
	g_assert_true((connection->client_key != NULL) ==
		      (connection->client_cert != NULL));
	return 0;
}
