/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/sink.h: a bsn_sink that fills a GByteArray.
 */
#ifndef PLUGINS_KIT_SINK_H
#define PLUGINS_KIT_SINK_H

#include <bsn/helpers/bytes.h>
#include <glib.h>

typedef struct {
	bsn_sink sink; /* what is passed on: &buffer.sink */
	GByteArray *bytes; /* borrowed */
	guint64 max; /* bytes that `bytes` may hold in all */
} BufferSink;

/* A sink that appends to `bytes`; beyond `max` bytes in all it answers
 * BSN_TOO_LARGE and appends nothing. [any] */
BufferSink buffer_sink(GByteArray *bytes, guint64 max);

/* What a GByteArray holds; valid until it changes. [any] */
bsn_slice buffer_slice(const GByteArray *bytes);
/* What a GBytes holds; valid as long as it. [any] */
bsn_slice bytes_slice(GBytes *bytes);

#endif
