/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/io-fixture.h: a plugin with input and output, and a loop of its
 * own.
 */
#ifndef TESTS_UNIT_IO_FIXTURE_H
#define TESTS_UNIT_IO_FIXTURE_H

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "host/io/io.h"

#define IO_PLUGIN "test.io"

typedef struct {
	Loop *loop;
	IoService *service;
	char *directory;
	const bsn_io *io;
	bsn_io_account *account;
	struct event *deadline;
	guint stopped; /* calls of stop */
} IoFixture;

/* One at a time. Of `changes` counts, sizes and lists that are not 0 count. */
IoFixture *io_fixture_new(const IoConfig *changes);
void io_fixture_free(IoFixture *fixture);
/* Where the plugin's Unix sockets and children's directories are. */
char *io_fixture_path(const IoFixture *fixture, const char *name);
/* Runs the loop until *n is at least `least`; the test fails after a minute. */
void io_run_until(IoFixture *fixture, const guint *n, guint least);
/* Runs what can be run without waiting, a few times. */
void io_settle(IoFixture *fixture);

/* A sink of text. */
typedef struct {
	bsn_sink sink;
	GString *text;
} TextSink;

TextSink *text_sink_new(void);
void text_sink_free(TextSink *sink);
bsn_slice text_sink_slice(const TextSink *sink);

/* One side of a connection, and who takes connections. */
typedef struct Side Side;
struct Side {
	bsn_io_events events;
	bsn_io_acceptor acceptor;
	IoFixture *fixture;
	bsn_io_stream *stream;
	GString *got;
	guint opened, received, ended, writable, closed, accepted;
	int32_t status; /* of closed */
	char *reason, *address;
	GBytes *certificate;
	gboolean echoes, refuses, finishes; /* when the other side has */
	/* Called after each callback, by its name; or NULL. */
	void (*then)(Side *side, const char *callback);
};

Side *side_new(IoFixture *fixture);
void side_free(Side *side);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Side, side_free)

#endif
