/* SPDX-License-Identifier: Apache-2.0
 *
 * What the fuzz targets of grpc/ share: bytes go in in pieces of a size that
 * the last byte gives, time goes by, and what comes out is read.
 */
#ifndef TESTS_FUZZ_GRPC_H
#define TESTS_FUZZ_GRPC_H

#include <stdint.h>

#include "grpc/connection.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void
fuzz_read_output(GrpcConnection *connection, gint64 now)
{
	const guint8 *data;

	while (grpc_connection_output(connection, &data, now) > 0)
		g_assert_nonnull(data);
}

static inline void
fuzz_feed(GrpcConnection *connection, const uint8_t *data, size_t size)
{
	gsize step = size > 0 ? 1 + data[size - 1] * 5u : 1;
	gint64 now = 1;

	for (gsize at = 0; at < size && !grpc_connection_ended(connection);
	     at += step) {
		gsize n = MIN(step, size - at);
		guint8 *piece = g_memdup2(data + at, n);

		now += 1000;
		grpc_connection_receive(connection, piece, n, now);
		g_free(piece);
		grpc_connection_tick(connection, now);
		fuzz_read_output(connection, now);
	}
	/* Deadlines, keepalive, and its end. */
	for (guint i = 0; i < 3; i++) {
		now = MIN(grpc_connection_deadline(connection),
			  now + 1000 * (gint64)G_USEC_PER_SEC);
		grpc_connection_tick(connection, now);
		fuzz_read_output(connection, now);
	}
	grpc_connection_shutdown(connection, now);
	fuzz_read_output(connection, now);
	grpc_connection_free(connection);
}

#endif
