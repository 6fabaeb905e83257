/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/nonces.h: the nonces of the last blocks, against
 * replay. A transaction may wait for at most as many blocks as the window has,
 * so one that has left the window has expired.
 *
 * All functions: [strand].
 */
#ifndef FISCO_NONCES_H
#define FISCO_NONCES_H

#include <bsn/base.h>
#include <glib.h>

typedef struct Nonces Nonces;

/* A window over the last `range` blocks. */
Nonces *nonces_new(guint64 range);
/* nonces_free(NULL) does nothing. */
void nonces_free(Nonces *nonces);

/* Adds the nonces of the next block, 32 bytes each, and forgets those of
 * blocks that left the window. */
void nonces_add(Nonces *nonces, guint64 block, bsn_slice list);
/* Whether block `number`, after the last that was added, may not have a
 * nonce; blocks that will have left the window by then do not count. In: nonce,
 * 32 bytes. */
gboolean nonces_have(const Nonces *nonces, guint64 number,
		     const guint8 *nonce);

#endif
