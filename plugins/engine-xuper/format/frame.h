/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/format/frame.h: a block's bytes cut into its header and
 * its transactions, which so are decoded one by one or not at all. In the only
 * encoding the transactions (field 11) are together, between the fields below
 * and those above.
 */
#ifndef XUPER_FORMAT_FRAME_H
#define XUPER_FORMAT_FRAME_H

#include <bsn/base.h>
#include <glib.h>

typedef struct {
	bsn_slice before, after; /* the header's fields */
	GArray *txs;		 /* bsn_slice, each an encoded transaction */
} Frame;

/* FALSE when the bytes are no fields, or a transaction is elsewhere. The slices
 * are borrowed; txs is the caller's, also after FALSE. [any] */
gboolean frame_cut(bsn_slice bytes, Frame *frame);
void frame_clear(Frame *frame);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Frame, frame_clear)

/* Appends a transaction as a field of a block. [any] */
void frame_put_tx(GByteArray *out, bsn_slice tx);

#endif
