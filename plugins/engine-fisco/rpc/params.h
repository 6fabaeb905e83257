/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/rpc/params.h: parameters of a call, read one by one. An
 * error is the call's (-32602) and names the parameter: "params[0] (address)
 * must be ...". After it, and for what is missing, each gives FALSE or its
 * fallback.
 *
 * All functions: [strand].
 */
#ifndef FISCO_RPC_PARAMS_H
#define FISCO_RPC_PARAMS_H

#include "plugins/engine-fisco/rpc/methods.h"

/* Whether there are min to max parameters; nulls at the end do not count. */
gboolean params_count(RpcCall *call, guint min, guint max);
/* A parameter, NULL when it is missing or null. */
const json_t *params_at(const RpcCall *call, guint index);

/* By position. `what` is the parameter's name in reasons. */
gboolean params_quantity(RpcCall *call, guint index, const char *what,
			 guint64 *out);
gboolean params_data(RpcCall *call, guint index, const char *what,
		     guint64 max, GByteArray *out);
gboolean params_hash(RpcCall *call, guint index, const char *what,
		     guint8 *out);
gboolean params_address(RpcCall *call, guint index, const char *what,
			guint8 *out);
gboolean params_bool(RpcCall *call, guint index, const char *what,
		     gboolean fallback);

/* The same for any value, such as a member of an object. `where` names it. */
gboolean param_quantity(RpcCall *call, const json_t *value, const char *where,
			guint64 *out);
/* An integer of up to 32 bytes, which are written big-endian. */
gboolean param_integer(RpcCall *call, const json_t *value, const char *where,
		       guint8 *out);
gboolean param_data(RpcCall *call, const json_t *value, const char *where,
		    guint64 max, GByteArray *out);
gboolean param_fixed(RpcCall *call, const json_t *value, const char *where,
		     guint8 *out, gsize len);

/* Which block is meant: "latest", "safe" and "finalized" are the newest
 * durable one, "earliest" is 0, "pending" the one to come; a number; a hash;
 * EIP-1898's object with blockHash or blockNumber. Missing: "latest". */
typedef struct {
	guint64 number;
	gboolean pending;
} RpcBlock;

/* BSN_NOT_FOUND, and no error, for a block that there is not (yet). */
int32_t params_block(RpcCall *call, guint index, RpcBlock *out);
int32_t param_block(RpcCall *call, const json_t *value, const char *where,
		    RpcBlock *out);

#endif
