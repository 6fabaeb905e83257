/* SPDX-License-Identifier: Apache-2.0
 *
 * A real gateway on 127.0.0.1 with an engine of the tests' own, and clients of
 * it: libcurl for whole requests, OpenSSL for what no decent client sends.
 */
#ifndef TESTS_UNIT_GATEWAY_FIXTURE_H
#define TESTS_UNIT_GATEWAY_FIXTURE_H

#include <glib.h>
#include <jansson.h>
#include <openssl/ssl.h>

#include "host/channel/channel.h"
#include "host/compile/compilers.h"
#include "host/gateway/gateway.h"
#include "host/grpc/server.h"

/* Every wait of a test ends in success within so many seconds or fails it. */
#define DEADLINE_S 120

typedef struct {
	char *directory;
	Config config;
	Loop *loop;
	Workers *workers;
	Store *store;
	Compilers *compilers;
	CompilerCommand commands[2];
	ChainTable *chains;
	TrustStore *trust;
	RequestVerifier *verifier;
	Gateway *gateway;
	ChannelServer *channels;
	GrpcDesk *grpc;
	GThread *thread; /* runs the loop */
	GMutex mutex;
	GCond changed;
	gboolean stopped; /* under mutex */
	guint16 port;
} Fixture;

/* Starts with a config that `adjust` (may be NULL) has changed; with a chain
 * "c1" unless `bare`. */
void fixture_start(Fixture *fixture, void (*adjust)(Config *));
void fixture_stop(Fixture *fixture);
/* Asks the gateway to stop; returns at once. */
void fixture_begin_stop(Fixture *fixture);

/* ---- whole requests ---- */

typedef struct {
	long http;
	char *headers;
	char *text;
	json_t *body; /* NULL when it is not JSON */
} Answer;
void answer_free(Answer *answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Answer, answer_free)

/* `who` is "admin", "client", "auditor", "sm2" (a client), "stranger" (of an
 * unknown CA), or NULL for nobody. Admin, client, auditor and stranger come by
 * TLS certificate. */
Answer *ask_as(Fixture *fixture, const char *who, const char *method,
	       const char *path, const char *body);
/* The same, signed instead of by TLS certificate; `body` may be changed after
 * the signature to `sent`. */
Answer *ask_signed(Fixture *fixture, const char *who, const char *method,
		   const char *path, const char *body, const char *sent);
/* The headers of a signed request, for use more than once. */
char **sign_headers(Fixture *fixture, const char *who, const char *method,
		    const char *path, const char *body);
Answer *ask_with_headers(Fixture *fixture, const char *who, const char *method,
			 const char *path, const char *body,
			 char *const *headers);
/* POST txs of one transaction as client; `query` is "" or begins with "?". */
Answer *submit_tx(Fixture *fixture, const char *tx, const char *query);

/* Asserts an error answer. */
void assert_error(const Answer *answer, long http, const char *name,
		  const char *reason);
/* A member by its path: "error.reason", "results.0.stage"; asserts it is there.
 */
const json_t *member(const Answer *answer, const char *path);
const char *text_member(const Answer *answer, const char *path);
gint64 number_member(const Answer *answer, const char *path);
char *hex_of(const char *text);
char *certificate_file(const Fixture *fixture, const char *who);
char *key_file(const Fixture *fixture, const char *who);

/* ---- connections by hand ---- */

/* A TCP connection without TLS, with DEADLINE_S on reading and writing. */
int tcp_connect(Fixture *fixture);

typedef struct {
	int fd;
	SSL_CTX *context;
	SSL *ssl;
} Raw;
/* Connects and shakes hands; `who` as above or NULL. */
Raw *raw_open(Fixture *fixture, const char *who, SSL_SESSION *session);
void raw_close(Raw *raw);
void raw_send(Raw *raw, const char *text);
/* Sends as much as goes; a peer that has closed is no failure. */
void raw_try_send(Raw *raw, const char *data, gsize len);
/* Reads until the text has come; returns all that was read. */
char *raw_read_until(Raw *raw, const char *text);
/* Reads until the server closes. */
char *raw_read_all(Raw *raw);

/* ---- event streams ---- */

typedef struct Stream Stream;
/* `last_id` may be NULL. */
Stream *stream_open(Fixture *fixture, const char *query, const char *last_id);
/* The next event: "7.1 contract even"; "" when the stream has ended. */
char *stream_next(Stream *stream);
void stream_close(Stream *stream);

#endif
