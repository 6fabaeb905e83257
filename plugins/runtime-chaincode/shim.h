/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-chaincode/shim.h: the messages of peer/chaincode_shim.proto,
 * as far as a runtime looks into them: payloads pass through as they are.
 *
 * All functions: [any].
 */
#ifndef RUNTIME_CHAINCODE_SHIM_H
#define RUNTIME_CHAINCODE_SHIM_H

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <glib.h>

/* ChaincodeMessage.Type */
typedef enum {
	SHIM_REGISTER = 1,
	SHIM_REGISTERED = 2,
	SHIM_INIT = 3,
	SHIM_READY = 4,
	SHIM_TRANSACTION = 5,
	SHIM_COMPLETED = 6,
	SHIM_ERROR = 7,
	SHIM_GET_STATE = 8,
	SHIM_PUT_STATE = 9,
	SHIM_DEL_STATE = 10,
	SHIM_INVOKE_CHAINCODE = 11,
	SHIM_RESPONSE = 13,
	SHIM_GET_STATE_BY_RANGE = 14,
	SHIM_GET_QUERY_RESULT = 15,
	SHIM_QUERY_STATE_NEXT = 16,
	SHIM_QUERY_STATE_CLOSE = 17,
	SHIM_KEEPALIVE = 18,
	SHIM_GET_HISTORY_FOR_KEY = 19,
	SHIM_GET_STATE_METADATA = 20,
	SHIM_PUT_STATE_METADATA = 21,
	SHIM_GET_PRIVATE_DATA_HASH = 22,
	SHIM_PURGE_PRIVATE_DATA = 23,
} ShimType;

/* A message; slices are borrowed. */
typedef struct {
	guint32 type;
	bsn_slice payload;
	bsn_slice tx_id, channel_id; /* UTF-8, without NUL */
	bsn_slice proposal; /* SignedProposal; only written */
	bsn_slice event;    /* ChaincodeEvent */
} ShimMessage;

/* "GET_STATE"; NULL: there is no such type. */
const char *shim_type_name(guint32 type);
/* Whether a program asks its peer with it, and waits for the answer. */
gboolean shim_is_question(guint32 type);

/* A slice as a text, which ends at its first NUL; the caller frees it. */
static inline char *
shim_text(bsn_slice bytes)
{
	return bytes.len > 0 ? g_strndup((const char *)bytes.data, bytes.len)
			     : g_strdup("");
}

GBytes *shim_encode(const ShimMessage *message);
/* Errors: BSN_BAD_REQUEST. */
int32_t shim_decode(bsn_slice bytes, ShimMessage *message, bsn_err *err);

/* The name in a ChaincodeID, which REGISTER carries; borrowed. */
int32_t shim_decode_name(bsn_slice bytes, bsn_slice *name, bsn_err *err);

#endif
