/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-wasm/machine/creator.h: who sent a proposal, and when.
 */
#ifndef WASM_CREATOR_H
#define WASM_CREATOR_H

#include "plugins/kit/codec/message.h"

typedef struct {
	const char *id;	 /* "x509::CN=ann,OU=client::CN=ca"; in the arena */
	guint64 time_ms; /* as the sender says; 0: not at all */
} Creator;

/* Of a SignedProposal. As GetID of Fabric's client identity library for Go has
 * it, before its base64; what cannot be read is "". */
void wasm_creator_read(Arena *arena, bsn_slice signed_proposal,
		       Creator *creator);
/* That text of a certificate in PEM; NULL: it is none. g_free it. [any] */
char *wasm_creator_id(bsn_slice pem);

#endif
