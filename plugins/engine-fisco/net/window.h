/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/net/window.h: blocks on their way: one after the other,
 * from the one after the head on. All functions: [strand].
 */
#ifndef FISCO_NET_WINDOW_H
#define FISCO_NET_WINDOW_H

#include "plugins/engine-fisco/net/net.h"

/* Blocks, and bytes of bodies but for the pieces that are being sent. */
#define WINDOW_BLOCKS 256u
#define WINDOW_BYTES (32u << 20)

/* A block whose header is certified. */
typedef struct {
	guint64 number;
	guint8 hash[HASH_LEN];
	guint8 txs_root[HASH_LEN];
	GByteArray *header;
	GByteArray *certificate;
	GByteArray *body; /* so far */
	guint64 total;    /* bytes of it, once `giver` has told */
	gboolean whole;
	NetPeer *from;  /* of the header */
	NetPeer *giver; /* of the body: all pieces come from one */
	NetPeer *asked; /* for the body; NULL: nobody */
} SyncBlock;

typedef struct {
	GPtrArray *blocks; /* SyncBlock */
	guint64 bytes;     /* of their bodies */
} Window;

void window_init(Window *window);
void window_clear(Window *window);
/* Forgets all of it. */
void window_empty(Window *window);
/* The one at a height, or NULL. */
SyncBlock *window_find(const Window *window, guint64 number);
/* The first, the last; NULL: there is none. */
SyncBlock *window_first(const Window *window);
SyncBlock *window_last(const Window *window);
/* Appends one; what is set of it is taken over. */
SyncBlock *window_add(Window *window, guint64 number, bsn_slice header,
		      bsn_slice certificate);
/* Drops those up to a height. */
void window_drop(Window *window, guint64 height);
/* Appends a piece of a body. */
void window_fill(Window *window, SyncBlock *block, bsn_slice piece);
/* Forgets what there is of a body. */
void window_forget_body(Window *window, SyncBlock *block);
/* A peer is not asked for any of them any more. */
void window_unask(Window *window, const NetPeer *peer);
/* Forgets bodies of this peer that are not used yet. */
void window_forget_giver(Window *window, const NetPeer *peer);

#endif
