/* SPDX-License-Identifier: Apache-2.0
 *
 * identity/nonce_memory.h: which nonces were used. Internal to identity/.
 *
 * A request is accepted when its own time is at most the skew away from the
 * host's, so what must be remembered is one window of two skews. Nonces lie in
 * buckets of one skew by the request's time, which is signed: a replay looks
 * into the bucket of the first use. A bucket that is out of the window goes as
 * a whole, and from then on no request of its time is accepted, even when the
 * host's clock is set back.
 */
#ifndef IDENTITY_NONCE_MEMORY_H
#define IDENTITY_NONCE_MEMORY_H

#include <glib.h>

/* Bytes that stand for a caller and a nonce: half a SHA-256. */
#define NONCE_ID_LEN 16

typedef enum {
	NONCE_NEW,
	NONCE_USED,
	NONCE_OUT_OF_TIME, /* outside the window, or its memory is gone */
	NONCE_NO_ROOM,
} NonceVerdict;

typedef struct NonceMemory NonceMemory;

/* Holds at most `room` nonces: it refuses more rather than forget one. */
NonceMemory *nonce_memory_new(guint skew_s, gsize room);
void nonce_memory_free(NonceMemory *memory);

/* No request of before then is accepted. */
void nonce_memory_begin(NonceMemory *memory, gint64 time_ms);

/* What `use` would say now; any thread. */
NonceVerdict nonce_memory_peek(NonceMemory *memory,
			       const guint8 id[NONCE_ID_LEN], gint64 time_ms,
			       gint64 now_ms);
/* Looks and remembers in one step; any thread. */
NonceVerdict nonce_memory_use(NonceMemory *memory,
			      const guint8 id[NONCE_ID_LEN], gint64 time_ms,
			      gint64 now_ms);

#endif
