/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/exchange.h: one request and its answer. Main loop only.
 *
 * Whoever answers later than from its handler keeps a reference. The caller may
 * leave meanwhile: answering then does nothing but count and audit.
 */
#ifndef HOST_GATEWAY_EXCHANGE_H
#define HOST_GATEWAY_EXCHANGE_H

#include <event2/buffer.h>
#include <jansson.h>

#include "host/access/authenticate.h"
#include "host/gateway/internal.h"
#include "host/gateway/router.h"

struct Exchange {
	guint refs;
	Gateway *gateway;
	GList link;			/* in gateway->held; data points here */
	Connection *connection;		/* NULL once answered or left */
	struct evhttp_request *request; /* likewise */
	enum evhttp_cmd_type method;
	char *uri, *peer;
	Target target;
	const Route *route; /* NULL until it is found */
	Caller *caller;	    /* NULL: nobody known */
	const guint8 *body; /* valid in the handler only */
	gsize body_len;
	gint64 began;	 /* monotonic, microseconds */
	gint64 deadline; /* monotonic; answered with a timeout then; 0: none */
	gboolean close_after;
	gboolean audited; /* it changes something */
	char *subject;		    /* for the audit: what it came to */
	void (*left)(gpointer arg); /* it was answered otherwise, or nobody
				     * waits; once */
	gpointer left_arg;
	void (*gone)(gpointer arg); /* a stream's: its reader left */
	gpointer gone_arg;
	gboolean sending; /* what was sent has not been taken yet */
	void (*all_sent)(gpointer arg); /* and takes more */
	gpointer all_sent_arg;
};

/* Takes a request over from evhttp. The first reference is the connection's
 * and ends with the answer. */
Exchange *exchange_new(Gateway *gateway, struct evhttp_request *request);
Exchange *exchange_ref(Exchange *exchange);
void exchange_unref(Exchange *exchange);

/* 1 while somebody waits for the answer. */
gboolean exchange_waits(const Exchange *exchange);

/* ---- asking ---- */

const char *exchange_arg(const Exchange *exchange, const char *name);
const char *exchange_param(const Exchange *exchange, const char *name);
/* A header's value, NULL when absent; valid in the handler only. */
const char *exchange_header(const Exchange *exchange, const char *name);
/* A whole number in the query. Answers 400 and returns FALSE when it is none or
 * out of range. */
gboolean exchange_number(Exchange *exchange, const char *name, guint64 absent,
			 guint64 min, guint64 max, guint64 *out);
/* The chain "{c}", borrowed. Answers 404 and returns NULL when there is none.
 */
Chain *exchange_chain(Exchange *exchange);

/* ---- answering, once ---- */

/* Takes `body`; NULL for none. */
void exchange_answer(Exchange *exchange, int http, json_t *body);
/* 200 with JSON text as it is; takes `text`. NULL: 204. */
void exchange_answer_text(Exchange *exchange, GString *text);
/* Any status with JSON text as it is; takes `text`. */
void exchange_answer_as(Exchange *exchange, int http, GString *text);
/* The same, and what it is called in the audit. */
void exchange_end_as(Exchange *exchange, int http, int32_t status,
		     GString *text);
/* 405: `allow` lists the methods of the path. */
void exchange_refuse_method(Exchange *exchange, const char *allow);
/* The error of a status. In: err, may be NULL; remedy, NULL for the usual. */
void exchange_fail(Exchange *exchange, int32_t status, const bsn_err *err,
		   const char *remedy);
/* The same with other HTTP status and with a body made from error_body. */
void exchange_fail_as(Exchange *exchange, int http, int32_t status,
		      json_t *body);
void exchange_failf(Exchange *exchange, int32_t status, const char *remedy,
		    const char *format, ...) G_GNUC_PRINTF(4, 5);
/* A header of the answer to come. */
void exchange_add_header(Exchange *exchange, const char *name,
			 const char *value);

/* ---- an answer without end ---- */

/* Sends the head of a 200 answer. `gone` is told when the reader leaves or is
 * dropped; nothing must be sent afterwards. */
void exchange_stream(Exchange *exchange, const char *content_type,
		     void (*gone)(gpointer arg), gpointer arg);
/* Sends a piece, emptying `piece`; `sent` is called once the reader's side has
 * taken everything so far. */
void exchange_stream_send(Exchange *exchange, struct evbuffer *piece,
			  void (*sent)(gpointer arg), gpointer arg);
/* Ends it properly once all is taken. Neither `gone` nor `sent` is called. */
void exchange_stream_end(Exchange *exchange);
/* Ends HTTP on the connection: what is said on it from now on is the taker's.
 * `gone` is told when it ends. `readable`, `written`: see connection_take. */
Connection *exchange_upgrade(Exchange *exchange, const char *head,
			     void (*readable)(gpointer arg),
			     void (*written)(gpointer arg),
			     void (*gone)(gpointer arg), gpointer arg);
/* A line in the audit, now. */
void exchange_audit(const Exchange *exchange, int http, const char *result);
/* Drops a reader that takes nothing. `gone` is called from the loop. */
void exchange_stream_drop(Exchange *exchange);

#endif
