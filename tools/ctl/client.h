/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/client.h: requests to a host's gateway, signed as
 * docs/gateway-api.md says. One thread.
 */
#ifndef TOOLS_CTL_CLIENT_H
#define TOOLS_CTL_CLIENT_H

#include <glib.h>
#include <jansson.h>
#include <openssl/x509.h>

/* Largest answer that is read, in bytes. */
#define CLIENT_ANSWER_MAX (64u * 1024 * 1024)

typedef struct Client Client;

/* `url` without a slash at its end; `ca_file` vouches for the server (NULL: the
 * system's CAs); certificate and key (their references are taken) sign. */
Client *client_new(const char *url, const char *ca_file, X509 *certificate,
		   EVP_PKEY *key);
void client_free(Client *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Client, client_free)

/* A target: "/v1" and each segment, escaped; ended by NULL. */
GString *client_target(const char *first, ...) G_GNUC_NULL_TERMINATED;
/* Appends one parameter to its query; nothing when the value is NULL. */
void client_query(GString *target, const char *name, const char *value);
void client_query_number(GString *target, const char *name, guint64 value);

/* Sends and waits, at most `timeout_ms`. `body` is borrowed and may be NULL.
 * Returns the answer of HTTP 2xx (a JSON null when it is empty), to be
 * released; else NULL and CTL_ERROR_REFUSED with the host's words, or
 * CTL_ERROR_FAILED when there was no sensible answer. */
json_t *client_request(Client *client, const char *method, const char *target,
		       json_t *body, guint timeout_ms, GError **error);

/* What client_stream gives on; FALSE ends the stream. */
typedef gboolean (*ClientChunk)(const char *data, gsize len, void *user);

/* How a stream ended. */
typedef enum {
	CLIENT_STREAM_STOPPED, /* `chunk` said so */
	CLIENT_STREAM_LOST,    /* connection closed or lost; worth a retry */
	CLIENT_STREAM_REFUSED, /* retrying is of no use */
} ClientStreamEnd;

/* GETs a text/event-stream. `last_event_id` may be NULL. An error is set unless
 * it was stopped. */
ClientStreamEnd client_stream(Client *client, const char *target,
			      const char *last_event_id, ClientChunk chunk,
			      void *user, GError **error);

#endif
